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

/** Why a number would arrive as another; null where it would not. */
function numberFault(literal: string): string | null {
  if (!/^[-\d]/.test(literal)) return null;
  const number = Number(literal);
  if (!Number.isFinite(number)) {
    return `the number ${shortened(literal)} is too large; send it as a string.`;
  }
  // 2^53 has 16 digits: no shorter integer can change.
  if (literal.length < 16 || !INTEGER.test(literal)) return null;
  const written = JSON.stringify(number);
  const arrives = INTEGER.test(written) ? BigInt(written) : BigInt(number);
  if (arrives === BigInt(literal)) return null;
  return `the integer ${shortened(literal)} would not survive as an IEEE double; send it as a string.`;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const MOST_STEPS = 20;

/** `payload.user.ids[3]`, as the server tells a place. */
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
  const compact = JSON.stringify(JSON.parse(text));
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
