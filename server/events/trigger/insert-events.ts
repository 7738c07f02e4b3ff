import type { Pool, PoolClient } from 'pg';
import { fanOutOutcome } from '../../filters/fan-out-outcome.ts';
import { joinedTexts, plainArray, splitTexts } from '../../database/array-text.ts';
import type { ClaimAtOnce } from '../../deliveries/changes/claim-at-once.ts';
import { isPausedSql } from '../../deliveries/held-back.ts';
import { lockKeysSql, placedSql } from '../../deliveries/changes/order.ts';
import { webhookOf } from '../../deliveries/webhook-of.ts';
import { madeDeliveries } from '../../deliveries/changes/transition.ts';
import { NO_CUSTOMER } from '../../customers/row.ts';
import { patternsOf } from '../../domain/event/event-type-pattern.ts';

/** An event that is ready to be kept. */
export interface NewEvent {
  id: string;
  tenantId: string;
  /** Null: for nobody in particular. */
  customerKey: string | null;
  type: string;
  eventId: string;
  body: string;
  hash: Buffer;
  /** As `EventRow` has them. */
  violations: string | null;
  /** Webhooks that keep order send what has the same key one after the other; null: in no order. */
  orderingKey: string | null;
  createdAt: Date;
}

/** An event that was new, with the deliveries that were made for it. */
export interface InsertedEvent {
  id: string;
  webhooksNotified: number;
  deliveryIds: string[];
  /** Of each delivery. */
  webhookIds: string[];
  /** The webhook's revision where the delivery was made as claimed; null where it waits for a claim. */
  claimedAtRevision: (number | null)[];
  /** Those of the deliveries that wait for their turn in the line of the event's orderingKey. */
  inLine: string[];
}

/** The id of a row's customer by its "customerKey", in SQL; null where there is no such customer. */
const customerIdOf = (
  row: string,
) => `CASE WHEN ${row}."customerKey" IS NULL THEN '${NO_CUSTOMER}'::uuid
    ELSE (SELECT c.id FROM "Customer" c WHERE c."tenantId" = ${row}."tenantId" AND c.key = ${row}."customerKey") END`;

const KEEPS_ORDER = `w.ordering = 'KEY' AND i."orderingKey" IS NOT NULL`;

/*
 * Event, deliveries, their first changes and the sums in one statement, so in one transaction
 * and one round trip. The rows go in by tenant and eventId, so that two batches with the same
 * ids wait for each other and do not deadlock, and of two in one batch the first wins; what lost
 * such a race is not returned, nor what is for a customer that there is not.
 *
 * Whom an event goes to is looked up once, by index: a webhook that subscribes by name and by pattern
 * is one; who is off and whose filter it does not meet is kept with the event. Its plan is kept (pool.ts), so what was given must not be joined to what was made, which
 * would compare each with each: where all were made, as they nearly always are, nothing is compared.
 */
const insertStatement = ({ inOrder }: { inOrder: boolean }) => {
  const ordered = (sql: string) => (inOrder ? sql : '');
  return `
WITH given AS MATERIALIZED (
  SELECT i.*, customer.id AS "customerId", whom.*
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], ${splitTexts('$5')}, $6::bytea[], $7::timestamptz[],
      $12::text[], $13::text[], $14::text[]${ordered(', $15::text[]) WITH ORDINALITY')}${inOrder ? '' : ')'}
    AS i(id, "tenantId", type, "eventId", body, hash, "createdAt", violations, patterns, "customerKey"${ordered(', "orderingKey", place')})
  CROSS JOIN LATERAL (SELECT ${customerIdOf('i')} AS id OFFSET 0) customer
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(w.id) FILTER (WHERE outcome = 'DELIVERED'), '{}') AS "webhookIds",
      array_agg(w."isFree" AND w.id <> ALL ($11::uuid[])) FILTER (WHERE outcome = 'DELIVERED')
        AS "mayClaim",${ordered(`
      array_agg(w."keepsOrder") FILTER (WHERE outcome = 'DELIVERED') AS "keepsOrder",`)}
      array_agg(w."filterId") FILTER (WHERE outcome = 'FILTERED') AS "filteredBy",
      array_agg(w.id) FILTER (WHERE outcome = 'INACTIVE') AS inactive
    FROM (
      SELECT DISTINCT ON (s."webhookId") w.id, w."circuitOpenedAt" IS NULL AND w."rateAttempts" IS NULL AND NOT ${isPausedSql('w')}${ordered(` AND NOT (${KEEPS_ORDER})`)} AS "isFree",${ordered(` ${KEEPS_ORDER} AS "keepsOrder",`)} w."filterId", ${fanOutOutcome('i.body')} AS outcome
      FROM "EventSubscription" s ${webhookOf('s')}
      WHERE w."deletedAt" IS NULL AND s."tenantId" = i."tenantId" AND s."eventType" = ANY (string_to_array(i.patterns, ' '))
        AND s."customerId" = ANY (ARRAY['${NO_CUSTOMER}', customer.id])
    ) w
  ) whom
  WHERE customer.id IS NOT NULL
), made AS (
  INSERT INTO "Event" (id, "tenantId", "customerId", type, "eventId", body, hash, "webhooksNotified", "isTest", violations, "filteredBy", inactive,
    "createdAt"${ordered(', "orderingKey"')})
  SELECT id, "tenantId", "customerId", type, "eventId", body, hash, cardinality("webhookIds"), false, violations,
    "filteredBy", inactive, "createdAt"${ordered(', "orderingKey"')}
  FROM given ORDER BY "tenantId", "eventId", id
  ON CONFLICT ("tenantId", "eventId", "customerId") DO NOTHING
  RETURNING id, "webhooksNotified"
), target AS (
  SELECT g.id, g."tenantId", g."customerId", g.type, g."eventId", g."createdAt", whom."webhookId", false AS "isTest",
    CASE WHEN whom."mayClaim" THEN row_number() OVER () <= $10::int ELSE false END AS claimed${ordered(`, g.place,
    CASE WHEN whom."keepsOrder" THEN g."orderingKey" END AS "orderingKey"`)}
  FROM given g CROSS JOIN LATERAL unnest(g."webhookIds", g."mayClaim"${ordered(', g."keepsOrder"')}) AS whom("webhookId", "mayClaim"${ordered(', "keepsOrder"')})
  WHERE (SELECT count(*) FROM made) = cardinality($1::uuid[]) OR g.id = ANY (ARRAY(SELECT id FROM made))
), ${ordered(`locked AS MATERIALIZED (
  ${lockKeysSql('"orderingKey"', 'target')}
), placed AS MATERIALIZED (
  -- Each takes its place once the locks are held, which the count sees to.
  ${placedSql('target WHERE (SELECT count(*) FROM locked) >= 0', 'place')}
), `)}${madeDeliveries(inOrder ? 'placed' : 'target', {
    claim: { workerId: '$8', token: '$9' },
    isInLine: inOrder,
  })}
SELECT d."eventRef" AS id, string_agg(d.id::text, ',') AS "deliveryIds",
  string_agg(d."webhookId"::text, ',') AS "webhookIds",
  string_agg(CASE WHEN d.status = 'SENDING'
    THEN (SELECT w.revision::text FROM "Webhook" w WHERE w.id = d."webhookId") ELSE '' END, ',') AS "claimedAtRevision",
  ${inOrder ? `string_agg(CASE WHEN d."orderingKey" IS NOT NULL THEN d.id::text END, ',')` : 'NULL'} AS "inLine"
FROM delivery d
GROUP BY 1
UNION ALL
SELECT id, NULL, NULL, NULL, NULL FROM made WHERE "webhooksNotified" = 0`;
};

const INSERT_EVENTS = insertStatement({ inOrder: false });
/** The same where any of the events has an orderingKey: those that have none pay nothing for it. */
const INSERT_IN_ORDER = insertStatement({ inOrder: true });

/** Lists as texts: pg's reader of arrays takes longer than the rest of an answer. */
interface InsertedRow {
  id: string;
  deliveryIds: string | null;
  webhookIds: string | null;
  claimedAtRevision: string | null;
  inLine: string | null;
}

/**
 * Keeps the events that are new and fans them out to the webhooks subscribed to them. One statement.
 * @param claim who sends what is made, where there is room; the rest, and all where it is null,
 * waits for a claim.
 */
export async function insertEvents(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
  claim: ClaimAtOnce | null = null,
): Promise<Map<string, InsertedEvent>> {
  const { rows } = await database.query<InsertedRow>(insertEventsQuery(events, claim));
  return new Map(rows.map((row) => [row.id, toInserted(row)]));
}

function toInserted({
  id,
  deliveryIds,
  webhookIds,
  claimedAtRevision,
  inLine,
}: InsertedRow): InsertedEvent {
  const ids = deliveryIds?.split(',') ?? [];
  return {
    id,
    webhooksNotified: ids.length,
    deliveryIds: ids,
    webhookIds: webhookIds?.split(',') ?? [],
    claimedAtRevision:
      claimedAtRevision?.split(',').map((each) => (each === '' ? null : Number(each))) ?? [],
    inLine: inLine?.split(',') ?? [],
  };
}

/** The statement of {@link insertEvents}, for its plan to be looked at. */
export function insertEventsQuery(events: readonly NewEvent[], claim: ClaimAtOnce | null) {
  const inOrder = events.some(({ orderingKey }) => orderingKey !== null);
  return {
    name: inOrder ? 'insert-in-order' : 'insert-events',
    text: inOrder ? INSERT_IN_ORDER : INSERT_EVENTS,
    values: [
      plainArray(events.map((event) => event.id)),
      plainArray(events.map((event) => event.tenantId)),
      events.map((event) => event.type),
      events.map((event) => event.eventId),
      joinedTexts(events.map((event) => event.body)),
      events.map((event) => event.hash),
      plainArray(events.map((event) => event.createdAt)),
      claim?.claimer.workerId ?? null,
      claim?.claimer.token ?? null,
      claim?.room ?? 0,
      claim?.crowded ?? [],
      events.map((event) => event.violations),
      events.map((event) => patternsOf(event.type).join(' ')),
      events.map((event) => event.customerKey),
      ...(inOrder ? [events.map((event) => event.orderingKey)] : []),
    ],
  };
}

/** What an event stands for that was not made: the one that its eventId stands for already. */
export interface KnownEvent {
  id: string;
  hash: Buffer;
  webhooksNotified: number;
}

interface KnownRow {
  place: number;
  hasCustomer: boolean;
  /** The rest is null where there is no such event. */
  id: string | null;
  hash: Buffer;
  webhooksNotified: number;
}

const KNOWN_EVENTS = `
SELECT k.place::int, customer.id IS NOT NULL AS "hasCustomer", e.id, e.hash, e."webhooksNotified"
FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS k("tenantId", "eventId", "customerKey", place)
CROSS JOIN LATERAL (SELECT ${customerIdOf('k')} AS id) customer
LEFT JOIN LATERAL (
  SELECT e.* FROM "Event" e
  WHERE e."tenantId" = k."tenantId" AND e."eventId" = k."eventId" AND e."customerId" = customer.id
) e ON true`;

/**
 * Reads the winners of the races that these events lost, in their order; null where there is none,
 * and 'no customer' where it has none to be for. A statement of its own, for a fresh snapshot.
 */
export async function findKnownEvents(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
): Promise<(KnownEvent | 'no customer' | null)[]> {
  if (events.length === 0) return [];
  const { rows } = await database.query<KnownRow>({
    name: 'known-events',
    text: KNOWN_EVENTS,
    values: [
      events.map((event) => event.tenantId),
      events.map((event) => event.eventId),
      events.map((event) => event.customerKey),
    ],
  });
  const found = new Map(rows.map((row) => [row.place, row]));
  return events.map((_, index) => {
    const row = found.get(index + 1);
    if (row === undefined || !row.hasCustomer) return 'no customer';
    const { id, hash, webhooksNotified } = row;
    return id === null ? null : { id, hash, webhooksNotified };
  });
}
