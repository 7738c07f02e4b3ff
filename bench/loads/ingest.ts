import type { Client } from 'pg';

import { createDriver } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { now } from '../percentiles.ts';
import { costs, type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface IngestLoad {
  kind: Kind;
  webhooks: number;
}

export const INGEST_LOADS: readonly IngestLoad[] = [
  { kind: 'served', webhooks: 1 },
  { kind: 'served', webhooks: 10 },
];

const CONNECTIONS = 4;
const SIZE = 100;
/** So many a second of a run, or somewhat more. */
const EVENTS_A_SECOND = 4_000;

/** Events in batches of 100, with no worker to deliver them, beside bare inserts of as many rows. */
export async function measureIngest(
  { kind, webhooks }: IngestLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind' | 'workers'> = {},
): Promise<Figures> {
  const stand = await startStand({ kind, workers: 0, ...options });
  const endpoints = await makeWebhooks(stand, webhooks);
  const { addresses, key } = stand;
  const driver = createDriver({ addresses, keys: [key], connections: CONNECTIONS });
  await driver.inBatches(EVENTS_A_SECOND, SIZE);
  const count = Math.round((seconds * EVENTS_A_SECOND) / Math.sqrt(webhooks));
  const [before, begun] = [await stand.cpu(), now()];
  await driver.inBatches(count, SIZE);
  const took = now() - begun;
  const after = await stand.cpu();
  await driver.close();
  endpoints.end();
  const bare = await bareInserts(stand.database, Math.min(3, seconds));
  const peak = stand.peakMemory();
  await stand.stop();

  const rate = (1_000 * count) / took;
  return {
    'events/s': rate,
    'bare inserts/s': bare,
    '÷ bare': rate / bare,
    ...costs(before, after, count),
    'peak MB': peak,
  };
}

/** Rows like an event's, 100 by unnest in a statement, one statement after the other: rows a second. */
async function bareInserts(database: Client, seconds: number): Promise<number> {
  await database.query(
    'CREATE TABLE bare (id uuid PRIMARY KEY, "tenantId" uuid, type text, "eventId" text, body text)',
  );
  const rows = {
    name: 'bare',
    text: `INSERT INTO bare SELECT gen_random_uuid(), gen_random_uuid(), 'user.created', i.id, i.body
      FROM unnest($1::text[], $2::text[]) AS i(id, body)`,
    values: [
      Array.from({ length: SIZE }, (_, index) => `event-${index}`),
      Array.from({ length: SIZE }, () => 'x'.repeat(500)),
    ],
  };
  const begun = now();
  let count = 0;
  for (; now() - begun < 1_000 * seconds; count += SIZE) await database.query(rows);
  return (1_000 * count) / (now() - begun);
}
