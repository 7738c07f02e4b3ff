import { parseExact, unmarkNumbers } from './exact-numbers.ts';
import { scanJson, unquoted, type JsonPath, type Span } from './json-scanner.ts';

/** Something in a payload to mend (`error`), or to look at (`warning`). */
export interface JsonFault extends Span {
  severity: 'error' | 'warning';
  message: string;
}

/** What is found in a payload as it was written. */
export interface PayloadReading {
  /** In their order in the text. A fault of syntax is the last: nothing behind it is read. */
  faults: readonly JsonFault[];
  /** Bytes as the server counts and sends them; null where the text is no JSON. */
  size: number | null;
}

/** Finds what would keep a payload from being sent as it is written, and how large it is. */
export function readPayload(text: string): PayloadReading {
  const faults: JsonFault[] = [];
  const syntax = scanJson(text, {
    scalar(literal, span, path) {
      const message = numberFault(literal);
      if (message !== null) {
        faults.push({ ...span, severity: 'error', message: `${pathText(path)}: ${message}` });
      }
    },
    key(literal, span, path, keys) {
      const name = unquoted(literal);
      const where = pathText([...path.slice(0, MOST_STEPS), name]);
      if (keys.has(name)) {
        const message = `${where} is there twice: only the last is sent.`;
        faults.push({ ...span, severity: 'warning', message });
      }
      // The client's own serializer calls what has this name, as JSON.stringify does with functions.
      if (name === 'toJSON') {
        const message = `${where}: a key of this name cannot be sent from here; the API takes it.`;
        faults.push({ ...span, severity: 'error', message });
      }
      keys.add(name);
    },
  });
  if (syntax === null) return { faults, size: sentSize(text) };
  return { faults: [...faults, { ...syntax, severity: 'error' }], size: null };
}

const INTEGER = /^-?\d+$/;
/** As the server has it: those of the largest double. */
const MAX_INTEGER_DIGITS = 309;

/** Why no receiver could read a number; null where each can. */
function numberFault(literal: string): string | null {
  if (!/^[-\d]/.test(literal)) return null;
  const digits = literal.length - (literal.startsWith('-') ? 1 : 0);
  const isRead = INTEGER.test(literal)
    ? digits <= MAX_INTEGER_DIGITS
    : Number.isFinite(Number(literal));
  return isRead ? null : `the number ${shortened(literal)} is too large; send it as a string.`;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const MOST_STEPS = 20;

/** `payload.user.ids[3]`, as the server names a place. */
function pathText(path: JsonPath): string {
  let text = 'payload';
  for (const step of path.slice(0, MOST_STEPS)) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(shortened(step))}]`;
  }
  return path.length > MOST_STEPS ? `${text}…` : text;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Six for each character that is not ASCII: the body is sent with all of them escaped. */
function sentSize(text: string): number {
  const compact = unmarkNumbers(JSON.stringify(parseExact(text)));
  return compact.length + 5 * (compact.match(/[\x7f-\uffff]/g)?.length ?? 0);
}

/** A place as people count: both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** The line and column of a place in a text. */
export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}
