import { lowestIdFrom } from '../../database/keyset-page.ts';
import { ofACustomer } from '../../customers/row.ts';
import type { Parameters } from '../../database/parameters.ts';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../domain/delivery/delivery-states.ts';
import { ALL_WEBHOOKS } from './rollup-fold.ts';
import type { Pieces, Span } from './pieces.ts';

/**
 * Where sums come from, as parts of one statement, and so of one snapshot: rollups, sums that
 * are not folded into them yet, and, at the ends of a range, deliveries themselves.
 */

/** Whose deliveries: the tenant's, or those of each of some of its webhooks or customers. */
export type Scope =
  | { kind: 'tenant' }
  /** `ids` is a relation of one column, id: rows that need not be the tenant's. */
  | { kind: 'webhooks' | 'customers'; ids: string };

/** What the parts below share. Each offers "ownerId": the nil uuid for a tenant's own. */
export interface SourceOptions {
  tenantId: string;
  scope: Scope;
  parameters: Parameters;
}

/** The column of deliveries, and of sums, that names the owner. */
const COLUMN = { webhooks: '"webhookId"', customers: '"customerId"' } as const;

function owners({ scope }: SourceOptions): string {
  return scope.kind === 'tenant' ? `(SELECT '${ALL_WEBHOOKS}'::uuid AS id)` : scope.ids;
}

/**
 * Keeps the planner from turning a LATERAL into one join over the whole table: it knows nothing
 * of how narrow the ranges are. So each is a scan of its own, within the range, by the index.
 */
const SCAN_FOR_EACH = 'OFFSET 0';

const times = (spans: readonly Span[], end: keyof Span) =>
  spans.map((span) => new Date(span[end]).toISOString());

/** The pieces of a range as a relation: piece(level, "from", "to"), times. */
export function pieceRows({ of }: Parameters, pieces: Pieces['rollups']): string {
  const levels = of(
    pieces.map(({ level }) => level),
    '"RollupLevel"[]',
  );
  const from = of(times(pieces, 'from'), 'timestamptz[]');
  const to = of(times(pieces, 'to'), 'timestamptz[]');
  return `unnest(${levels}, ${from}, ${to}) AS piece(level, "from", "to")`;
}

/** Spans as a relation: span("from", "to"), ids of deliveries. */
export function spanRows({ of }: Parameters, spans: readonly Span[]): string {
  const lowestIds = (end: keyof Span) =>
    of(
      spans.map((span) => lowestIdFrom(span[end])),
      'uuid[]',
    );
  return `unnest(${lowestIds('from')}, ${lowestIds('to')}) AS span("from", "to")`;
}

/** "ownerId", start, total, success, failed, waiting, latencies (counts by bucket). */
export function rollupRows(options: SourceOptions, pieces: Pieces['rollups']): string {
  const { parameters } = options;
  return `
  SELECT r.*
  FROM ${owners(options)} owner
  CROSS JOIN ${pieceRows(parameters, pieces)}
  CROSS JOIN LATERAL (
    SELECT r."webhookId" AS "ownerId", r.start, r.total, r.success, r.failed, r.waiting, r.latencies
    FROM "DeliveryRollup" r
    WHERE r."tenantId" = ${parameters.of(options.tenantId, 'uuid')} AND r.level = piece.level
      AND r."webhookId" = owner.id AND r.start >= piece."from" AND r.start < piece."to"
    ${SCAN_FOR_EACH}
  ) r`;
}

/** "ownerId", minute, total, success, failed, waiting, latencies (a list of buckets). */
export function deltaRows(options: SourceOptions, whole: Span | null): string {
  const { parameters } = options;
  const span = whole ?? { from: 0, to: 0 };
  const owner =
    options.scope.kind === 'tenant'
      ? `${owners(options)} owner ON true`
      : `${owners(options)} owner ON owner.id = d.${COLUMN[options.scope.kind]}`;
  return `
  SELECT owner.id AS "ownerId", d.minute, d.total, d.success, d.failed, d.waiting, d.latencies
  FROM "DeliveryRollupDelta" d JOIN ${owner}
  WHERE d."tenantId" = ${parameters.of(options.tenantId, 'uuid')}
    AND d.minute >= ${parameters.of(times([span], 'from')[0], 'timestamptz')}
    AND d.minute < ${parameters.of(times([span], 'to')[0], 'timestamptz')}`;
}

/**
 * Whether a delivery is of this status and within `span`. As one key, which lies in the index of an owner behind the
 * owner: where each is asked for by itself, the primary key's range of ids may seem to be as good, and all of the range
 * is looked at for the few that are being sent.
 */
export const ofStatusInSpan = (d: string, status: string) =>
  `(${d}.status, ${d}.id) >= (${status}, span."from") AND (${d}.status, ${d}.id) < (${status}, span."to")`;

/** "ownerId", "createdAt", "completedAt", status, "attemptCount": a row for each delivery but tests. */
export function deliveryRows(
  options: SourceOptions,
  spans: readonly Span[],
  statuses: readonly DeliveryStatus[] = DELIVERY_STATUSES,
): string {
  const { parameters } = options;
  const { kind } = options.scope;
  const tenant = parameters.of(options.tenantId, 'uuid');
  const ofOwner =
    kind === 'tenant'
      ? `d."tenantId" = ${tenant}`
      : // So that the owner's index is taken, and not the tenant's.
        `d.${COLUMN[kind]} = owner.id AND d."tenantId" IS NOT DISTINCT FROM ${tenant}`;
  return `
  SELECT owner.id AS "ownerId", d.*
  FROM ${owners(options)} owner
  CROSS JOIN ${spanRows(parameters, spans)}
  CROSS JOIN unnest(${parameters.of(statuses, '"DeliveryStatus"[]')}) AS wanted(status)
  CROSS JOIN LATERAL (
    SELECT d."createdAt", d."completedAt", d.status, d."attemptCount"
    FROM "Delivery" d
    WHERE ${ofOwner} AND ${ofStatusInSpan('d', 'wanted.status')} AND NOT d."isTest"
      ${kind === 'customers' ? `AND ${ofACustomer('d')}` : ''}
    ${SCAN_FOR_EACH}
  ) d`;
}

/** "ownerId", start, total, success, failed, waiting: summed up, they are those of the range. */
export function countRows(
  options: SourceOptions,
  pieces: Pieces,
  statuses: readonly DeliveryStatus[] = DELIVERY_STATUSES,
): string {
  return `
  SELECT "ownerId", start, total, success, failed, waiting
  FROM (${rollupRows(options, pieces.rollups)}) rollup
  UNION ALL
  SELECT "ownerId", minute, total, success, failed, waiting
  FROM (${deltaRows(options, pieces.whole)}) delta
  UNION ALL
  SELECT "ownerId", "createdAt", 1, (status = 'SUCCESS')::int, (status = 'FAILED')::int,
    (status IN ('SENDING', 'RETRYING') AND "attemptCount" > 0)::int
  FROM (${deliveryRows(options, pieces.edges, statuses)}) delivery`;
}
