import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { inTransaction } from '../../server/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('CREATE TABLE kept (n int)');
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE kept'));

const keep = (n: number, isKept?: (value: number) => boolean) =>
  inTransaction(
    database.pool,
    async (client) => {
      await client.query('INSERT INTO kept VALUES ($1)', [n]);
      return n;
    },
    isKept,
  );

async function kept(): Promise<number[]> {
  const { rows } = await database.pool.query<{ n: number }>('SELECT n FROM kept ORDER BY n');
  return rows.map(({ n }) => n);
}

describe('a transaction', () => {
  it('keeps what was done in it, and returns what it came to', async () => {
    expect(await keep(1)).toBe(1);
    expect(await kept()).toEqual([1]);
  });

  it('keeps nothing of what is not to be kept, and returns it', async () => {
    expect(await keep(1, (n) => n > 1)).toBe(1);
    expect(await keep(2, (n) => n > 1)).toBe(2);
    expect(await kept()).toEqual([2]);
  });

  it('keeps nothing where a fault is thrown after a statement, and throws it', async () => {
    const fault = new Error('after the statement');
    await expect(
      inTransaction(database.pool, async (client) => {
        await client.query('INSERT INTO kept VALUES (1)');
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(await kept()).toEqual([]);
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });

  it('gives a connection to nobody else of which it is not known that it was rolled back', async () => {
    const before = database.pool.totalCount;
    const fault = new Error('after the statement');
    await expect(
      inTransaction(database.pool, async (client) => {
        await client.query('INSERT INTO kept VALUES (1)');
        Object.assign(client, { query: () => Promise.reject(new Error('no answer')) });
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(database.pool.totalCount).toBe(before - 1);
    expect(await kept()).toEqual([]);
  });
});
