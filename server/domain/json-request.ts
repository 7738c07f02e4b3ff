import { randomUUID } from 'node:crypto';

/** Stands for an integer that an IEEE double would change. */
export class UnsafeInteger {
  /** The digits as they were written. */
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }
}

/**
 * The value of an integer literal (JSON's or GraphQL's): a number where an IEEE double carries it
 * unchanged, an {@link UnsafeInteger} otherwise.
 */
export function readInteger(literal: string): number | UnsafeInteger {
  const number = Number(literal);
  if (Number.isSafeInteger(number)) return number;
  // The longest double has 309 digits; a longer literal need not be worked out.
  const survives = Number.isFinite(number) && BigInt(number) === BigInt(literal);
  return survives ? number : new UnsafeInteger(literal);
}

const SIXTEEN_DIGITS = /\d{16}/;

/**
 * Parses JSON as `JSON.parse` does, but for integer literals that would not survive as an IEEE
 * double: those come back as {@link UnsafeInteger}. Literals with a fraction or an exponent are
 * plain numbers.
 *
 * @throws SyntaxError where the text is no JSON.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // 2^53 has 16 digits: no shorter integer can be unsafe.
  if (!SIXTEEN_DIGITS.test(text)) return value;
  const unsafe = findUnsafeIntegers(text);
  return unsafe.length === 0 ? value : parseMarked(text, unsafe);
}

interface Literal {
  start: number;
  end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /[-+.\deE]+/y;
const INTEGER = /^-?\d{16,}$/;

/** Needs JSON that has been parsed before: it only tells strings from numbers. */
function findUnsafeIntegers(text: string): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at);
    } else if (startsNumber(unit)) {
      NUMBER.lastIndex = at;
      const literal = NUMBER.exec(text)?.[0] ?? '';
      const end = at + literal.length;
      if (INTEGER.test(literal) && typeof readInteger(literal) !== 'number') {
        found.push({ start: at, end });
      }
      at = end;
    } else {
      at += 1;
    }
  }
  return found;
}

function startsNumber(unit: number): boolean {
  return unit === 0x2d || (unit >= 0x30 && unit <= 0x39);
}

/** The place behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - 1 - before) % 2 === 0) return quote + 1;
  }
}

/** Parses with each unsafe integer written as a string that no other can be, then puts the objects in. */
function parseMarked(text: string, unsafe: readonly Literal[]): unknown {
  const mark = randomUUID();
  let marked = '';
  let from = 0;
  for (const { start, end } of unsafe) {
    marked += `${text.slice(from, start)}"${mark}${text.slice(start, end)}"`;
    from = end;
  }
  const holder: unknown[] = [JSON.parse(marked + text.slice(from))];
  const waiting: object[] = [holder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries: [string, unknown][] = Object.entries(next);
    for (const [key, value] of entries) {
      if (typeof value === 'string' && value.startsWith(mark)) {
        // Not by assignment: that would set the prototype where the key is __proto__.
        Object.defineProperty(next, key, { value: new UnsafeInteger(value.slice(mark.length)) });
      } else if (typeof value === 'object' && value !== null) {
        waiting.push(value);
      }
    }
  }
  return holder[0];
}
