import { readFileSync } from 'node:fs';

import { buildSchema, isEnumType } from 'graphql';
import { expect, test } from 'vitest';

import {
  attemptAdvice,
  attemptsWithAdvice,
  failureAdvice,
  type AttemptErrorCode,
  type DeliveryFailureReason,
} from '../../web/deliveries/pane/attempt-advice.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

/** The names of an enum, so that one that is new to the schema cannot be forgotten here. */
function namesOf(enumName: string): string[] {
  const type = schema.getType(enumName);
  if (!isEnumType(type)) throw new Error(`the schema has no enum ${enumName}`);
  return type.getValues().map(({ name }) => name);
}

const isTitle = expect.stringMatching(/^[A-Z].{2,60}[^.]$/);
const isSentence = expect.stringMatching(/^[A-Z].{20,}\.$/);

test.each(namesOf('AttemptErrorCode'))('an attempt that ended in %s has words', (name) => {
  const errorCode = name as AttemptErrorCode;
  expect(attemptAdvice({ errorCode, responseStatusCode: null })).toEqual({
    title: isTitle,
    advice: isSentence,
  });
});

test.each(namesOf('DeliveryFailureReason'))('a delivery given up for %s has words', (name) => {
  expect(failureAdvice(name as DeliveryFailureReason)).toEqual({
    title: isTitle,
    advice: isSentence,
  });
});

test.each([
  [301, 'Redirect'],
  [308, 'Redirect'],
  [400, 'Bad request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not found'],
  [410, 'Gone'],
  [413, 'Body too large'],
  [418, 'Refused'],
  [429, 'Too many requests'],
  [500, 'Server error'],
  [503, 'Unavailable'],
  [599, 'Server error'],
  [600, 'Unexpected status'],
])('a status %i is called %s', (responseStatusCode, title) => {
  expect(attemptAdvice({ errorCode: 'HTTP_STATUS', responseStatusCode })).toEqual({
    title,
    advice: isSentence,
  });
});

test('another fault is named though a status had come', () => {
  const cut = attemptAdvice({ errorCode: 'CONNECTION', responseStatusCode: 200 });
  expect(cut?.title).toBe('No connection');
});

test('an attempt that succeeded has no words', () => {
  expect(attemptAdvice({ errorCode: null, responseStatusCode: 204 })).toBeNull();
});

test('of attempts with the same advice it is told at the newest, and not where it stands above', () => {
  const attempt = (id: string, responseStatusCode: number | null, errorCode: AttemptErrorCode) =>
    ({ id, responseStatusCode, errorCode }) as Parameters<typeof attemptsWithAdvice>[0][number];
  const attempts = [
    attempt('1', 500, 'HTTP_STATUS'),
    attempt('2', null, 'TIMEOUT'),
    attempt('3', 503, 'HTTP_STATUS'),
    attempt('4', 500, 'HTTP_STATUS'),
    attempt('5', 410, 'HTTP_STATUS'),
  ];
  expect([...attemptsWithAdvice(attempts, null)].toSorted()).toEqual(['2', '3', '4', '5']);
  expect([...attemptsWithAdvice(attempts, 'GONE')].toSorted()).toEqual(['2', '3', '4']);
  expect([...attemptsWithAdvice(attempts.slice(0, 1), 'ATTEMPTS_EXHAUSTED')]).toEqual(['1']);
});
