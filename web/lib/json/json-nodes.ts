/**
 * JSON as it was written: numbers keep their digits, objects their order and their duplicate keys.
 * JSON.parse would give 2^53 + 1 as another number and 1e400 as Infinity.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string' | 'number' | 'literal'; readonly text: string }
  /** Where a text breaks off: what there is of its last token, which may be nothing. */
  | { readonly kind: 'cut'; readonly text: string };

export interface JsonEntry {
  /** With its quotes and escapes. */
  readonly key: string;
  readonly value: JsonNode;
}

type Open =
  | { readonly kind: 'object'; readonly entries: JsonEntry[]; key: string }
  | { readonly kind: 'array'; readonly items: JsonNode[] };

/** A token that has begun, or nothing: a string without its end, part of a number or of a word. */
const CUT_TOKEN = /^(?:"(?:[^"\\]|\\.)*\\?|[-+.\deE]*|[tfn][a-z]{0,3})$/su;

const CUT_NUMBER = /^[.eE][-+\d]*$/;

/** JSON's own: space, tab, line feed, carriage return. */
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const STRING =
  // oxlint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;

/**
 * The tree of a JSON text; null where the text is no JSON. Depth is bounded by memory alone.
 * @param options.isCut the text may break off anywhere: then the tree is what there is of it.
 */
export function parseJsonTree(text: string, { isCut = false } = {}): JsonNode | null {
  const reader = new Reader(text);
  const stack: Open[] = [];
  const whole = parseInto(stack, reader);
  return whole === null && isCut ? cutTree(stack, reader) : whole;
}

/** What is open when the text ends ends there too. */
function cutTree(stack: Open[], reader: Reader): JsonNode | null {
  const rest = reader.rest();
  const inner = stack.at(-1);
  // What else stands there is no beginning of anything: the text was no JSON before.
  if (inner === undefined || !CUT_TOKEN.test(rest)) return null;
  let done: JsonNode = { kind: 'cut', text: rest };
  if (rest !== '' && reader.hasValue) {
    // Only a number may go on where it seemed to have ended: 1.5 of 1.5e.
    const last = inner.kind === 'array' ? inner.items.pop() : inner.entries.pop()?.value;
    if (last?.kind !== 'number' || !CUT_NUMBER.test(rest)) return null;
    done = { kind: 'cut', text: last.text + rest };
  } else if (reader.hasValue && inner.kind === 'object') inner.key = '';
  for (const open of stack.toReversed()) {
    if (open.kind === 'array') open.items.push(done);
    else open.entries.push({ key: open.key, value: done });
    done = open;
  }
  return done;
}

function parseInto(stack: Open[], reader: Reader): JsonNode | null {
  for (;;) {
    let done: JsonNode | null = reader.scalar();
    if (done === null) {
      const open = openAt(reader);
      if (open === null) return null;
      if (reader.takes(open.kind === 'object' ? '}' : ']')) {
        done = open;
      } else {
        stack.push(open);
        reader.hasValue = false;
        if (open.kind === 'object' && !takesKey(reader, open)) return null;
        continue;
      }
    }
    // A finished value may finish the objects and arrays around it, each in turn.
    for (;;) {
      const parent = stack.at(-1);
      if (parent === undefined) return reader.isAtEnd() ? done : null;
      if (parent.kind === 'object') parent.entries.push({ key: parent.key, value: done });
      else parent.items.push(done);
      reader.hasValue = true;
      if (reader.takes(',')) {
        reader.hasValue = false;
        if (parent.kind === 'object' && !takesKey(reader, parent)) return null;
        break;
      }
      if (!reader.takes(parent.kind === 'object' ? '}' : ']')) return null;
      stack.pop();
      done = parent;
    }
  }
}

function openAt(reader: Reader): Open | null {
  if (reader.takes('{')) return { kind: 'object', entries: [], key: '' };
  if (reader.takes('[')) return { kind: 'array', items: [] };
  return null;
}

function takesKey(reader: Reader, object: { key: string }): boolean {
  object.key = '';
  const key = reader.match(STRING);
  if (key === null) return false;
  object.key = key;
  return reader.takes(':');
}

class Reader {
  readonly #text: string;
  #at = 0;
  /** A value has just ended: a comma or the end of what holds it is next. */
  hasValue = false;

  constructor(text: string) {
    this.#text = text;
  }

  scalar(): JsonNode | null {
    const string = this.match(STRING);
    if (string !== null) return { kind: 'string', text: string };
    const number = this.match(NUMBER);
    if (number !== null) return { kind: 'number', text: number };
    const literal = this.match(LITERAL);
    return literal === null ? null : { kind: 'literal', text: literal };
  }

  match(token: RegExp): string | null {
    this.#skipSpace();
    token.lastIndex = this.#at;
    if (!token.test(this.#text)) return null;
    const found = this.#text.slice(this.#at, token.lastIndex);
    this.#at = token.lastIndex;
    return found;
  }

  takes(sign: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  rest(): string {
    this.#skipSpace();
    return this.#text.slice(this.#at);
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  #skipSpace(): void {
    while (SPACES.has(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }
}

/** One escape; the two halves of a character beyond 16 bits are one. */
const ESCAPE = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./g;
const READABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

/**
 * A string's text for reading: letters and signs that were written as `\u00e9` as themselves; what
 * cannot be seen, or would end the string, stays escaped.
 */
export function readableString(text: string): string {
  return text.replace(ESCAPE, (escape) => {
    if (!escape.startsWith('\\u')) return escape;
    const codes = escape.match(/[0-9a-fA-F]{4}/g) ?? [];
    const whole = String.fromCharCode(...codes.map((code) => Number.parseInt(code, 16)));
    const isReadable = READABLE.test(whole) && !whole.includes('"') && !whole.includes('\\');
    return isReadable ? whole : escape;
  });
}
