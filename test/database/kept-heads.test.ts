import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { newId } from '../../server/domain/identifiers.ts';
import { keptHead } from '../../server/domain/delivery/kept-head.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('become the JSON that they were where the migration is taken back', async () => {
  const { pool } = database;
  const head = keptHead(['Host', 'a:81', 'x-key', 'hidden', 'x-b', ''], new Set(['x-key']));
  await pool.query(
    `INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHead", "responseHead")
     VALUES ($1, 1, $1, now(), 1, $2, ''), ($1, 2, $1, now(), 1, NULL, NULL)`,
    [newId(), head],
  );
  await pool.query(`UPDATE "DeliveryAttempt" SET "requestHeaders" = '["former"]' WHERE number = 2`);
  const folder = new URL('../../prisma/migrations/20261210000000_kept_heads/', import.meta.url);
  await pool.query(await readFile(new URL('back.sql', folder), 'utf8'));
  const { rows } = await pool.query(
    `SELECT "requestHeaders", "responseHeaders" FROM "DeliveryAttempt" ORDER BY number`,
  );
  expect(rows).toEqual([
    {
      requestHeaders: [
        { name: 'Host', value: 'a:81', isSecret: false },
        { name: 'x-key', value: null, isSecret: true },
        { name: 'x-b', value: '', isSecret: false },
      ],
      responseHeaders: [],
    },
    { requestHeaders: ['former'], responseHeaders: [] },
  ]);
});
