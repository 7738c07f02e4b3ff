import { randomUUID } from 'node:crypto';

import { ExactNumber, readNumber } from './exact-number.ts';

/** A JSON text's value. */
export interface ParsedJson {
  value: unknown;
  /** Whether an {@link ExactNumber} stands somewhere in it. */
  hasExactNumbers: boolean;
}

/**
 * Where a number may stand that a JavaScript number does not bring back: one of 15 digits or more,
 * one with an exponent, a whole one with a fraction, or -0. A string may look like it too.
 */
const MAY_BE_EXACT =
  /(?:^|[[:,\s])(?:-?(?:\d*\.?\d{15}|(?:\d+(?:\.\d+)?[eE][+-]?\d+|\d+\.0+)(?![^,\]}\s]))|-0(?!\.))/;

/** Whether {@link parseJson} may find what `JSON.parse` would change: false is certain. */
export function mayHoldExactNumbers(text: string): boolean {
  return MAY_BE_EXACT.test(text);
}

/**
 * Parses JSON as `JSON.parse` does, but for numbers whose text would not come back: those are
 * {@link ExactNumber}s.
 *
 * @throws SyntaxError where the text is no JSON.
 */
export function parseJson(text: string): ParsedJson {
  const value: unknown = JSON.parse(text);
  const literals = mayHoldExactNumbers(text) ? findExactNumbers(text) : [];
  return literals.length === 0
    ? { value, hasExactNumbers: false }
    : { value: parseMarked(text, literals), hasExactNumbers: true };
}

interface Literal {
  start: number;
  end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /[-+.\deE]+/y;
/** What {@link readNumber} need not look at: a short integer or fraction that is not whole. */
const PLAIN = /^-?(?:[1-9]\d{0,14}|0)(?:\.\d{0,13}[1-9])?$/;

/** Needs JSON that has been parsed before: it only distinguishes strings and numbers. */
function findExactNumbers(text: string): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at);
    } else if (startsNumber(unit)) {
      NUMBER.lastIndex = at;
      const literal = NUMBER.exec(text)?.[0] ?? '';
      const end = at + literal.length;
      const isPlain = PLAIN.test(literal) && literal !== '-0';
      if (!isPlain && typeof readNumber(literal) !== 'number') found.push({ start: at, end });
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

/** The place behind the closing quote of the JSON string that opens at `start`. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - 1 - before) % 2 === 0) return quote + 1;
  }
}

/** Parses with each of the literals written as a string that no other can be, then puts the objects in. */
function parseMarked(text: string, literals: readonly Literal[]): unknown {
  const mark = randomUUID();
  let marked = '';
  let from = 0;
  for (const { start, end } of literals) {
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
        Object.defineProperty(next, key, { value: new ExactNumber(value.slice(mark.length)) });
      } else if (typeof value === 'object' && value !== null) {
        waiting.push(value);
      }
    }
  }
  return holder[0];
}
