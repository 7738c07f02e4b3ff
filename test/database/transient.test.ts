import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOutage, retryTransient } from '../../server/faults/database-faults.ts';
import {
  asAdministrator,
  createTestDatabase,
  type TestDatabase,
} from '../support/database/postgres.ts';
import { freePort } from '../support/free-port.ts';
import { waitFor } from '../support/wait.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('CREATE TABLE pair (id int PRIMARY KEY, n int)');
  await database.pool.query('INSERT INTO pair VALUES (1, 0), (2, 0)');
});

afterAll(async () => {
  await database.drop();
});

async function inTransaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Adds one to both rows in the order given, once `meet` has let it go on after the first. */
const addInOrder = (ids: readonly number[], meet: () => Promise<unknown>) =>
  inTransaction(async (client) => {
    for (const id of ids) {
      await client.query('UPDATE pair SET n = n + 1 WHERE id = $1', [id]);
      await meet();
    }
  });

describe('retryTransient', () => {
  test('repeats the transaction that lost a deadlock, until both are done', async () => {
    let holding = 0;
    const tries: number[][] = [];
    const meet = () => {
      holding += 1;
      return waitFor(() => holding >= 2);
    };
    let winnerIsDone = () => {};
    const winner = new Promise<void>((resolve) => (winnerIsDone = resolve));
    const run = async (ids: number[]) => {
      await retryTransient(async () => {
        const isAgain = tries.includes(ids);
        tries.push(ids);
        // PostgreSQL wakes the winner some time after the loser is rolled back: a loser that is
        // back before that may well meet it again, as often as it likes.
        if (isAgain) await winner;
        await addInOrder(ids, meet);
      });
      winnerIsDone();
    };
    await Promise.all([run([1, 2]), run([2, 1])]);
    expect(tries).toHaveLength(3);
    const { rows } = await database.pool.query('SELECT n FROM pair ORDER BY id');
    expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test('gives up in the end, and at once on any other error', async () => {
    let tries = 0;
    const fail = (code: string) =>
      retryTransient(async () => {
        tries += 1;
        await database.pool.query(`DO $$ BEGIN RAISE SQLSTATE '${code}'; END $$`);
      });
    await expect(fail('40001')).rejects.toMatchObject({ code: '40001' });
    expect(tries).toBe(5);
    tries = 0;
    await expect(fail('23505')).rejects.toMatchObject({ code: '23505' });
    expect(tries).toBe(1);
  });
});

describe('isOutage', () => {
  const faultOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => error,
    );

  test('a port that nobody listens on', async () => {
    const address = new URL(database.url);
    address.port = String(await freePort());
    address.hostname = 'localhost';
    const client = new pg.Client({ connectionString: address.href });
    expect(isOutage(await faultOf(client.connect()))).toBe(true);
  });

  test('a connection that is ended under a statement', async () => {
    const client = await database.pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const fault = faultOf(client.query('SELECT pg_sleep(20)'));
    await asAdministrator(`SELECT pg_terminate_backend(${rows[0]?.pid})`);
    expect(isOutage(await fault)).toBe(true);
    expect(isOutage(await faultOf(client.query('SELECT 1')))).toBe(true);
    client.release(true);
  });

  test('a statement that is wrong is none, and neither is a deadlock', async () => {
    expect(isOutage(await faultOf(database.pool.query('SELECT nonsense')))).toBe(false);
    expect(isOutage(Object.assign(new Error('deadlock'), { code: '40P01' }))).toBe(false);
  });

  test('one that stands behind another error', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(isOutage(new Error('claim failed', { cause }))).toBe(true);
    expect(isOutage(new AggregateError([cause]))).toBe(true);
  });
});
