import { cutText } from '../cut-text.ts';
import { ExactNumber, MAX_INTEGER_DIGITS, pythonLiteral, pythonNumber } from './exact-number.ts';
import { isJsonObject } from './json-object.ts';

/**
 * How deep a payload may nest. Python's json gives up at its recursion limit (1,000 by default,
 * shared with the frames of the receiver's own program), so half of it stays free.
 */
export const MAX_DEPTH = 500;

/** A value that cannot be sent as it is. The message starts with the path and says how to correct it. */
export class PayloadError extends Error {
  /** Where the value stands, e.g. `payload.user.ids[3]`. */
  readonly path: string;

  constructor(path: string, fault: string) {
    super(`${path}: ${fault}`);
    this.name = 'PayloadError';
    this.path = path;
  }
}

/** Characters of a number in a message. */
const MOST_SHOWN = 40;

type Step = string | number;

const NO_NUMBER = `is no number that receivers can read (integers of ${MAX_INTEGER_DIGITS} digits, and what an IEEE double holds); send it as a string`;

/** `steps` and `depth` as {@link write} has them. */
function unreadable(written: string, steps: Step[], depth: number): never {
  throw new PayloadError(path(steps, depth), `${cutText(written, MOST_SHOWN)} ${NO_NUMBER}`);
}

/**
 * Writes a JSON value so that Python's `json.dumps(json.loads(text), sort_keys=True,
 * separators=(',', ':'))` gives back the same bytes: keys by code point, no spaces, pure printable
 * ASCII, numbers as Python prints what it reads of them (exact-number.ts).
 *
 * @throws PayloadError for what JSON cannot carry or its readers have no number for, and for more
 * than {@link MAX_DEPTH} levels.
 */
export function canonicalJson(value: unknown): string {
  return write(value, [], 0);
}

/** `steps` holds the way to `value` in its first `depth` places; what follows there is stale. */
function write(value: unknown, steps: Step[], depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return pythonNumber(value) ?? unreadable(String(value), steps, depth);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (value instanceof ExactNumber) {
        return pythonLiteral(value.literal) ?? unreadable(value.literal, steps, depth);
      }
      if (depth === MAX_DEPTH) {
        throw new PayloadError(path(steps, depth), `nested deeper than ${MAX_DEPTH} levels`);
      }
      if (Array.isArray(value)) return writeArray(value, steps, depth);
      if (isJsonObject(value)) return writeObject(value, steps, depth);
      throw new PayloadError(path(steps, depth), 'is no JSON value');
    default:
      throw new PayloadError(path(steps, depth), `${typeof value} is no JSON value`);
  }
}

function writeArray(array: readonly unknown[], steps: Step[], depth: number): string {
  let text = '[';
  for (let index = 0; index < array.length; index += 1) {
    steps[depth] = index;
    if (index > 0) text += ',';
    text += write(array[index], steps, depth + 1);
  }
  return `${text}]`;
}

function writeObject(object: Readonly<Record<string, unknown>>, steps: Step[], depth: number) {
  let text = '{';
  for (const key of sortedKeys(object)) {
    steps[depth] = key;
    text += text.length > 1 ? `,${writeString(key)}:` : `${writeString(key)}:`;
    text += write(object[key], steps, depth + 1);
  }
  return `${text}}`;
}

const SURROGATE = /[\ud800-\udfff]/;

/** JavaScript sorts by UTF-16 unit, which differs from code points only where surrogates stand. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  return keys.some((key) => SURROGATE.test(key)) ? keys.toSorted(byCodePoint) : keys.toSorted();
}

/** Orders as Python orders str: a pair of surrogates is one code point, a lone one is its own. */
function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  // The units before are the same; a high surrogate there may make a pair in one and not in the other.
  if (at > 0 && isHighSurrogate(left.charCodeAt(at - 1))) {
    const difference = codePoint(left, at - 1) - codePoint(right, at - 1);
    if (difference !== 0) return difference;
  }
  return codePoint(left, at) - codePoint(right, at);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? -1;
}

const NOT_PLAIN = /[^ !#-[\]-~]/;
const NOT_ASCII = /[\x7f-\uffff]/g;

/** Python escapes DEL too: all but space to tilde. */
function writeString(text: string): string {
  if (!NOT_PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    NOT_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const MAX_PATH_LENGTH = 256;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Cut where it is long: keys are of any length, and it goes into answers and logs of faults. */
function path(steps: readonly Step[], depth: number): string {
  let text = 'payload';
  for (const step of steps.slice(0, depth)) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += IDENTIFIER.test(step) ? `.${step}` : `[${writeString(step)}]`;
    if (text.length > MAX_PATH_LENGTH) return `${text.slice(0, MAX_PATH_LENGTH)}…`;
  }
  return text;
}
