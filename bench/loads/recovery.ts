import { setTimeout as pause } from 'node:timers/promises';

import { createDrivers, PAYLOAD } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { now, percentiles } from '../percentiles.ts';
import { type Kind, type Stand, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface RecoveryLoad {
  kind: Kind;
  /** How many failed while their receiver was down. */
  deliveries: number;
  /** New events a second meanwhile, one a call, to another webhook. */
  rate: number;
}

export const RECOVERY_LOADS: readonly RecoveryLoad[] = [
  { kind: 'served', deliveries: 20_000, rate: 200 },
  { kind: 'served', deliveries: 100_000, rate: 200 },
];

/** Enough for a short run to have something to bring back. */
const SHORT_RUN = { seconds: 2, deliveries: 500 };
const CONNECTIONS = 64;
/** For what a start leaves to do. */
const SETTLE_MS = 2_000;
const WARM_UP_EVENTS = 2_000;

const CREATE = `mutation ($input: RecoveryCreateInput!) {
  recoveryCreate(input: $input) { recovery { id } userErrors { message } }
}`;
const READ = `query ($id: ID!) { recovery(id: $id) { status estimated queued succeeded failed skipped } }`;
const SUBSCRIBE_ELSEWHERE = `mutation ($input: WebhookUpdateInput!) {
  webhookUpdate(input: $input) { userErrors { message } }
}`;

interface Standing {
  status: string;
  estimated: number;
  queued: number;
  succeeded: number;
}

/**
 * An outage brought back while new events go on: how fast, what the new ones feel of it, and what memory its
 * process takes. All of it must arrive.
 */
export async function measureRecovery(
  load: RecoveryLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const { kind, rate } = load;
  const isShort = seconds < SHORT_RUN.seconds;
  const deliveries = isShort ? SHORT_RUN.deliveries : load.deliveries;
  const stand = await startStand({ kind, ...options });
  const endpoints = await makeWebhooks(stand, 2);
  const { addresses, key } = stand;
  const lost = await separate(stand);
  const { warmUp, driver } = createDrivers({ addresses, keys: [key], connections: CONNECTIONS });
  await insertOutage(stand, lost, deliveries);
  const warm = isShort ? 100 : WARM_UP_EVENTS;
  await warmUp.atRate(500, warm);
  await endpoints.received(warm);
  await pause(SETTLE_MS);

  let fresh = Math.round(rate * Math.max(1, seconds));
  await driver.atRate(rate, fresh);
  const alone = (await endpoints.received(warm + fresh)).latencies;
  const peakBefore = stand.peakMemory();

  const begun = now();
  const id = await create(stand);
  let standing = await read(stand, id);
  let peakHalfway = Number.NaN;
  while (standing.status !== 'DONE') {
    await driver.atRate(rate, Math.round(rate / 2));
    fresh += Math.round(rate / 2);
    standing = await read(stand, id);
    const isHalf = standing.succeeded > deliveries / 2;
    if (isHalf && Number.isNaN(peakHalfway)) peakHalfway = stand.peakMemory();
  }
  const took = (now() - begun) / 1_000;
  if (standing.succeeded !== deliveries) throw new Error(JSON.stringify(standing));
  const { latencies } = await endpoints.received(warm + fresh + deliveries);
  const beside = percentiles(latencies.slice(alone.length));
  const peakAfter = stand.peakMemory();
  for (const each of [warmUp, driver]) await each.close();
  endpoints.end();
  await stand.stop();
  return {
    'recovered/s': deliveries / took,
    seconds: took,
    'alone p50': percentiles(alone).p50,
    'alone p95': percentiles(alone).p95,
    'beside p50': beside.p50,
    'beside p95': beside.p95,
    'peak MB before': peakBefore,
    'peak MB halfway': peakHalfway,
    'peak MB after': peakAfter,
  };
}

/** The second webhook gets another event type, which only the outage has; its ids. */
async function separate(stand: Stand): Promise<{ tenantId: string; webhookId: string }> {
  const told: { webhooks?: { nodes: { id: string }[] } } = Object(
    await stand.ask('{ webhooks(first: 1) { nodes { id } } }'),
  );
  const [webhook] = told.webhooks?.nodes ?? [];
  const input = { id: webhook?.id, eventTypes: ['order.created'] };
  await stand.ask(SUBSCRIBE_ELSEWHERE, { input });
  const { rows } = await stand.database.query<{ tenantId: string; webhookId: string }>(
    'SELECT "tenantId", id AS "webhookId" FROM "Webhook" ORDER BY id DESC LIMIT 1',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no webhook');
  return row;
}

/** Deliveries that failed over an hour, as rows. */
async function insertOutage(
  { database }: Stand,
  { tenantId, webhookId }: { tenantId: string; webhookId: string },
  count: number,
): Promise<void> {
  await database.query(
    `WITH event AS (
       INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "createdAt")
       SELECT uuid_v7_at(at), $1, 'order.created', 'outage-' || n, $3, '', 1, at
       FROM (SELECT n, date_trunc('milliseconds', now() - interval '1 hour' * n / $4) AS at
         FROM generate_series(1, $4::int) n) made
       RETURNING *
     )
     INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", status, "attemptCount",
       "attemptsMade", "failureReason", "changeXid", "createdAt", "updatedAt", "completedAt")
     SELECT uuid_v7_at("createdAt"), "tenantId", id, $2, type, "eventId", 'FAILED', 5, 5, 'ATTEMPTS_EXHAUSTED', 1,
       "createdAt", "createdAt", "createdAt"
     FROM event`,
    [tenantId, webhookId, JSON.stringify({ event_id: 'outage', data: PAYLOAD }), count],
  );
  // As after the hour that it stands for, and not as after a bulk load.
  await database.query('VACUUM (ANALYZE) "Event", "Delivery"');
  await database.query('CHECKPOINT');
}

async function create(stand: Stand): Promise<string> {
  const { recoveryCreate }: { recoveryCreate?: { recovery: { id: string } | null } } = Object(
    await stand.ask(CREATE, { input: { retry: { eventTypes: ['order.created'] } } }),
  );
  const id = recoveryCreate?.recovery?.id;
  if (id === undefined) throw new Error('no recovery was made');
  return id;
}

async function read(stand: Stand, id: string): Promise<Standing> {
  const { recovery }: { recovery?: Standing } = Object(await stand.ask(READ, { id }));
  if (recovery === undefined) throw new Error('the recovery is gone');
  return recovery;
}
