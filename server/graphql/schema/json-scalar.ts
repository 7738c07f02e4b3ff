import { Kind, type ValueNode } from 'graphql';

import { cutText } from '../../domain/cut-text.ts';
import { ExactNumber, pythonLiteral, readNumber } from '../../domain/json/exact-number.ts';
import { builder } from './builder.ts';
import { badUserInput } from '../errors/errors.ts';

/**
 * Any JSON value. Numbers are kept as they were written (contract.graphql); what no reader of JSON
 * has a number for is refused with its path. Keys named `__proto__` are keys like any other.
 */
builder.scalarType('JSON', {
  description:
    'Any JSON value. Numbers are kept as they were written: integers digit for digit, fractions as the IEEE double that every reader makes of them. What no reader has a number for (1e400) is refused with its path.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => {
    refuseUnreadable(value);
    return value;
  },
  parseLiteral: (node, variables) => fromLiteral(node, variables ?? {}, []),
});

interface Place {
  value: unknown;
  key: string | number | null;
  parent: Place | null;
}

/** A loop, not a recursion: how deep a payload is nested is the caller's choice. */
function refuseUnreadable(root: unknown): void {
  const places: Place[] = [{ value: root, key: null, parent: null }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value } = place;
    if (value instanceof ExactNumber) {
      if (pythonLiteral(value.literal) === null) throw unreadable(value.literal, pathOf(place));
      continue;
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw unreadable('a number of this size', pathOf(place));
    }
    if (typeof value !== 'object' || value === null) continue;
    const parent = place;
    if (Array.isArray(value)) {
      value.forEach((item, index) => places.push({ value: item, key: index, parent }));
    } else {
      for (const [key, item] of Object.entries(value)) places.push({ value: item, key, parent });
    }
  }
}

function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) {
    if (at.key !== null) path.push(at.key);
  }
  return path.reverse();
}

function fromLiteral(
  node: ValueNode,
  variables: Record<string, unknown>,
  path: readonly (string | number)[],
): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.BOOLEAN:
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.FLOAT:
    case Kind.INT:
      if (pythonLiteral(node.value) === null) throw unreadable(node.value, path);
      return readNumber(node.value);
    case Kind.LIST:
      return node.values.map(
        // One that was left out is null here (GraphQL, section 3.11), and no key below.
        (item, index) => fromLiteral(item, variables, [...path, index]) ?? null,
      );
    case Kind.OBJECT: {
      const object = {};
      for (const field of node.fields) {
        if (isLeftOut(field.value, variables)) continue;
        // Assigning to __proto__ would set the prototype instead of a key.
        Object.defineProperty(object, field.name.value, {
          value: fromLiteral(field.value, variables, [...path, field.name.value]),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    case Kind.VARIABLE:
      return asJson(variables[node.name.value]);
  }
}

const isLeftOut = (node: ValueNode, variables: Record<string, unknown>) =>
  node.kind === Kind.VARIABLE && !Object.hasOwn(variables, node.name.value);

/** A variable of another type within a literal comes as that type's own value, e.g. a Date. */
function asJson(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof URL) return value.href;
  if (Array.isArray(value)) return value.map(asJson);
  // An input object: GraphQL makes them without a prototype, JSON values have one.
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
  }
  return value;
}

function unreadable(literal: string, path: readonly (string | number)[]) {
  const place = path.length === 0 ? 'The value' : path.map(String).join('.');
  return badUserInput(
    `${place}: no reader of JSON has a number for ${cutText(literal, 40)}; send it as a string.`,
    path,
  );
}
