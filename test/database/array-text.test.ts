import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { joinedTexts, plainArray, splitTexts } from '../../server/database/array-text.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function read(sql: string, value: string): Promise<unknown> {
  const { rows } = await database.pool.query<{ value: unknown }>(`SELECT ${sql} AS value`, [value]);
  return rows[0]?.value;
}

describe('an array as text', () => {
  it.each<[type: string, values: (string | number | boolean | Date | null)[]]>([
    ['int', [1, null, -3]],
    ['float8', [0.1, 1e21, null]],
    ['bool', [true, false, null]],
    ['uuid', ['0193b5a0-0000-7000-8000-000000000001', null]],
    ['"DeliveryStatus"', ['SUCCESS', null]],
    ['timestamptz', [new Date('2026-11-28T09:00:00.123Z'), null]],
    ['int', []],
  ])('of %s is read as it was', async (type, values) => {
    const array = await read(`$1::${type}[]`, plainArray(values));
    // An enum's array has no reader of its own in pg.
    if (typeof array === 'string') expect(array).toBe('{SUCCESS,NULL}');
    else expect(array).toEqual(values);
  });
});

describe('texts as one', () => {
  it.each([
    [[]],
    [['[]']],
    [['{"a":"\\u001e \\" \\\\ , {}"}', '[]', '"é漢🙂"']],
    [[JSON.stringify('\u001E'), JSON.stringify({ 'a\u001Eb': '\n' })]],
  ])('%j are split as they were', async (texts) => {
    expect(await read(splitTexts('$1'), joinedTexts(texts))).toEqual(texts);
  });
});
