/**
 * Stands for a number whose JSON text a JavaScript number would not bring back: an integer that an
 * IEEE double changes, or a fraction that JavaScript prints as an integer (`1.0`, `1e2`).
 */
export class ExactNumber {
  /** As it was written. */
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }
}

/** The most digits that an integer of JSON's readers has: those of the largest double. */
export const MAX_INTEGER_DIGITS = 309;

/**
 * The value of a number's literal (JSON's or GraphQL's): a JavaScript number where that is written
 * the same way, an {@link ExactNumber} otherwise.
 */
export function readNumber(literal: string): number | ExactNumber {
  const number = Number(literal);
  const written = pythonLiteral(literal);
  return written !== null && written === pythonNumber(number) ? number : new ExactNumber(literal);
}

const INTEGER = /^-?\d+$/;

/**
 * What Python's json prints of a number that it reads: integers digit for digit, fractions as the
 * shortest digits that read back as the same double, with `.0` where they are whole.
 * @returns null for a number that is beyond what JSON's readers have.
 */
export function pythonLiteral(literal: string): string | null {
  if (!INTEGER.test(literal)) return pythonFloat(Number(literal));
  const digits = literal.startsWith('-') ? literal.length - 1 : literal.length;
  if (digits > MAX_INTEGER_DIGITS) return null;
  return literal === '-0' ? '0' : literal;
}

/**
 * What Python's json prints of a JavaScript number, which is an integer there where it is whole:
 * with all its digits, for Python reads them as an int. Negative zero is `-0.0`, which stays itself
 * in both languages (`-0` is the integer 0 in Python).
 * @returns null for NaN and infinities.
 */
export function pythonNumber(number: number): string | null {
  if (Number.isSafeInteger(number)) return Object.is(number, -0) ? '-0.0' : String(number);
  if (Number.isInteger(number)) return String(BigInt(number));
  return pythonFloat(number);
}

/**
 * Both languages print the same digits; Python turns to exponents below 1e-4 and from 1e16 on, and
 * writes them with a sign and two digits.
 */
function pythonFloat(number: number): string | null {
  if (!Number.isFinite(number)) return null;
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  if (!Number.isInteger(number)) return String(number);
  return Object.is(number, -0) ? '-0.0' : `${number}.0`;
}
