import { type GraphQLError, Kind } from 'graphql';

import { builder } from './builder.ts';
import { badUserInput } from '../errors/errors.ts';

/** The contract's scalars, but for JSON (json-scalar.ts). */

const ISO_8601 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function parseDateTime(value: unknown): Date {
  const date = typeof value === 'string' && ISO_8601.test(value) ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime()) || !isRealDay(String(value))) {
    throw badUserInput(
      'A DateTime is ISO 8601 with its offset from UTC, e.g. 2026-11-05T09:30:00Z or 2026-11-05T10:30:00.250+01:00.',
    );
  }
  return endsBetweenMilliseconds(String(value)) ? new Date(date.getTime() + 1) : date;
}

/**
 * All moments here are whole milliseconds. So what is from a moment between two of them on, or up
 * to it, is what is from the later one on, or up to that.
 */
function endsBetweenMilliseconds(text: string): boolean {
  return /\.\d{3}\d*[1-9]/.test(text);
}

/** Date takes 30 February for 2 March; a typing error must not move a range. */
function isRealDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
}

builder.scalarType('DateTime', {
  description:
    'A moment: ISO 8601 with the offset from UTC required on the way in; UTC with milliseconds on the way out, e.g. 2026-11-05T09:30:00.000Z.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null),
});

function notText(): GraphQLError {
  return badUserInput('A URL is given as a string.');
}

builder.scalarType('URL', {
  description: 'An absolute URL, as text.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw notText();
    return value;
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw notText();
    return node.value;
  },
});
