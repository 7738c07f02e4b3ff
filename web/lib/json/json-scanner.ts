/** Where something stands in a text: from a place up to, but without, another. */
export interface Span {
  from: number;
  to: number;
}

/** Why a text is no JSON. */
export interface SyntaxFault extends Span {
  message: string;
}

/** Told of what a text holds, in its order. */
export interface JsonVisitor {
  /** A value that is no object and no array. `path` leads to it; it is only valid now. */
  scalar(literal: string, span: Span, path: JsonPath): void;
  /** An object's key, with its quotes. `path` leads to the object; `keys` are those before it. */
  key(literal: string, span: Span, path: JsonPath, keys: Set<string>): void;
}

/** The keys and indices from the root to a value. */
export type JsonPath = readonly (string | number)[];

type Open =
  | { readonly kind: 'object'; readonly from: number; readonly keys: Set<string> }
  | { readonly kind: 'array'; readonly from: number };

/** The server takes no more: receivers' own parsers give up not far beyond. */
const MAX_DEPTH = 500;

const SPACE = /[ \t\n\r]*/y;
const STRING =
  // oxlint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const LITERAL = /(?:true|false|null)(?!\w)/y;
const WORD = /[\w$.+-]+/y;

/**
 * Goes through a JSON text and returns the first fault that ends the reading, or null. JSON.parse tells the
 * place of a fault in words that differ by browser, and for short texts not at all.
 */
export function scanJson(text: string, visitor: JsonVisitor): SyntaxFault | null {
  const stack: Open[] = [];
  const path: (string | number)[] = [];
  let at = 0;

  const match = (token: RegExp): Span | null => {
    token.lastIndex = at;
    if (!token.test(text)) return null;
    const span = { from: at, to: token.lastIndex };
    at = span.to;
    return span;
  };
  const takes = (sign: string): boolean => {
    match(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const expected = (what: string): SyntaxFault => faultAt(text, at, what, stack.at(-1));

  const key = (open: Extract<Open, { kind: 'object' }>): SyntaxFault | null => {
    match(SPACE);
    const span = match(STRING);
    if (span === null) return expected('a key in double quotes');
    const literal = text.slice(span.from, span.to);
    visitor.key(literal, span, path, open.keys);
    if (!takes(':')) return expected('a colon');
    path.push(unquoted(literal));
    return null;
  };

  for (;;) {
    match(SPACE);
    const span = match(STRING) ?? match(NUMBER) ?? match(LITERAL);
    if (span === null) {
      const from = at;
      const open: Open | null = takes('{')
        ? { kind: 'object', from, keys: new Set() }
        : takes('[')
          ? { kind: 'array', from }
          : null;
      if (open === null) return expected('a value');
      if (stack.length === MAX_DEPTH) {
        return { from, to: at, message: `Nested deeper than ${MAX_DEPTH} levels.` };
      }
      if (!takes(open.kind === 'object' ? '}' : ']')) {
        stack.push(open);
        const fault = open.kind === 'object' ? key(open) : null;
        if (fault !== null) return fault;
        if (open.kind === 'array') path.push(0);
        continue;
      }
    } else {
      visitor.scalar(text.slice(span.from, span.to), span, path);
    }
    // A finished value may finish the objects and arrays around it, each in turn.
    for (;;) {
      const parent = stack.at(-1);
      if (parent === undefined) {
        match(SPACE);
        return at === text.length ? null : expected('nothing more');
      }
      const step = path.pop();
      if (takes(',')) {
        const fault = parent.kind === 'object' ? key(parent) : null;
        if (fault !== null) return fault;
        if (parent.kind === 'array') path.push(Number(step) + 1);
        break;
      }
      const end = parent.kind === 'object' ? '}' : ']';
      if (!takes(end)) return expected(`a comma or ${end}`);
      stack.pop();
    }
  }
}

/** A key or string as it is meant, from how it is written. */
export function unquoted(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  const value: unknown = JSON.parse(literal);
  return typeof value === 'string' ? value : literal;
}

/** What stands at `at` in place of what was expected, in words that say how to correct it. */
function faultAt(text: string, at: number, what: string, open: Open | undefined): SyntaxFault {
  const found = text[at];
  if (found === undefined) {
    const missing = open === undefined ? what : `the closing ${open.kind === 'object' ? '}' : ']'}`;
    return {
      from: Math.max(0, at - 1),
      to: at,
      message: `The text ends here: ${missing} is missing.`,
    };
  }
  if (found === '"') return { ...stringSpan(text, at), message: stringFault(text, at, what) };
  if (found === "'") return { from: at, to: at + 1, message: 'JSON has double quotes: " not \'.' };
  if ((found === '}' || found === ']') && text.slice(0, at).trimEnd().endsWith(',')) {
    const comma = text.lastIndexOf(',', at);
    return { from: comma, to: comma + 1, message: `Remove the comma before ${found}.` };
  }
  if (found === '/') return { from: at, to: at + 1, message: 'JSON has no comments.' };
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word === undefined) {
    return { from: at, to: at + 1, message: `Unexpected "${found}": expected ${what}.` };
  }
  const span = { from: at, to: at + word.length };
  return { ...span, message: `Unexpected "${shortened(word)}": expected ${what}.` };
}

function stringSpan(text: string, at: number): Span {
  const end = /["\n]/g;
  end.lastIndex = at + 1;
  const found = end.exec(text);
  if (found === null) return { from: at, to: text.length };
  return { from: at, to: found[0] === '"' ? found.index + 1 : found.index };
}

function stringFault(text: string, at: number, what: string): string {
  STRING.lastIndex = at;
  if (STRING.test(text)) return `Unexpected string: expected ${what}.`;
  const { to } = stringSpan(text, at);
  if (text[to - 1] !== '"' || to === at + 1) return 'This string has no closing quote on its line.';
  return 'This string holds a wrong escape or a control character: write \\\\ for \\, \\t for a tab.';
}

function shortened(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
