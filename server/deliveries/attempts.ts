import type { Pool } from 'pg';

import type { AttemptErrorCode } from '../domain/delivery/delivery-states.ts';

/** An attempt as it is on record, except for what may be long and is seldom read: {@link AttemptText}. */
export interface AttemptRow {
  deliveryId: string;
  /** 1 for the delivery's first; goes on counting over retries by hand. */
  number: number;
  tenantId: string;
  startedAt: Date;
  durationMs: number;
  responseStatusCode: number | null;
  responseBodyTruncated: boolean;
  errorCode: AttemptErrorCode | null;
  errorMessage: string | null;
}

/** What is kept of an attempt as text, up to 100 KiB of it. */
export type AttemptText = 'requestHead' | 'responseHead' | 'responseBody';

/**
 * Heads of attempts that were made before they were kept as heads are the JSON of their headers: an array,
 * which no head begins like.
 */
const TEXTS: Record<AttemptText, string> = {
  requestHead: 'coalesce(a."requestHead", a."requestHeaders"::text)',
  responseHead: 'coalesce(a."responseHead", a."responseHeaders"::text)',
  responseBody: 'a."responseBody"',
};

/** Names one attempt. */
export interface AttemptKey {
  deliveryId: string;
  number: number;
}

const COLUMNS = `
  a."deliveryId", a.number, a."tenantId", a."startedAt", a."durationMs", a."responseStatusCode",
  a."responseBodyTruncated", a."errorCode", a."errorMessage"`;

/** The newest attempts of each delivery, `last` at most, oldest first. One statement for all. */
export async function findNewestAttempts(
  pool: Pool,
  tenantId: string,
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, AttemptRow[]>> {
  const { rows } = await pool.query<AttemptRow>({
    text: `
SELECT newest.* FROM unnest($2::uuid[], $3::int[]) AS wanted("deliveryId", last)
CROSS JOIN LATERAL (
  SELECT ${COLUMNS} FROM "DeliveryAttempt" a
  WHERE a."deliveryId" = wanted."deliveryId" AND a."tenantId" = $1::uuid
  ORDER BY a."deliveryId" DESC, a.number DESC LIMIT wanted.last
) newest
ORDER BY newest.number`,
    values: [tenantId, [...wanted.keys()], [...wanted.values()]],
  });
  const attempts = new Map<string, AttemptRow[]>([...wanted.keys()].map((id) => [id, []]));
  for (const row of rows) attempts.get(row.deliveryId)?.push(row);
  return attempts;
}

/** The attempts named, in the order of their keys; null for each that the tenant has not. */
export async function findAttempts(
  pool: Pool,
  tenantId: string,
  keys: readonly AttemptKey[],
): Promise<(AttemptRow | null)[]> {
  const { rows } = await pool.query<AttemptRow>({
    text: `SELECT ${COLUMNS} FROM unnest($2::uuid[], $3::int[]) AS wanted("deliveryId", number)
      JOIN "DeliveryAttempt" a USING ("deliveryId", number) WHERE a."tenantId" = $1::uuid`,
    values: [tenantId, ...columns(keys)],
  });
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return keys.map((key) => found.get(nameOf(key)) ?? null);
}

/**
 * One text of each attempt, in the order of the keys; null where there is none, undefined for those
 * past `mostBytes` in all. The lengths are known without reading them.
 */
export async function findAttemptTexts(
  pool: Pool,
  tenantId: string,
  keys: readonly AttemptKey[],
  { which, mostBytes }: { which: AttemptText; mostBytes: number },
): Promise<(string | null | undefined)[]> {
  const { rows } = await pool.query<AttemptKey & { text: string | null; isPast: boolean | null }>({
    text: `SELECT "deliveryId", number, "bytesSoFar" > $4 AS "isPast",
        CASE WHEN "bytesSoFar" <= $4 THEN text END AS text
      FROM (
        SELECT "deliveryId", number, ${TEXTS[which]} AS text,
          sum(octet_length(${TEXTS[which]})) OVER (ORDER BY "deliveryId", number) AS "bytesSoFar"
        FROM unnest($2::uuid[], $3::int[]) AS wanted("deliveryId", number)
        JOIN "DeliveryAttempt" a USING ("deliveryId", number) WHERE a."tenantId" = $1::uuid
      ) found`,
    values: [tenantId, ...columns(keys), mostBytes],
  });
  const found = new Map(
    rows.map((row) => [nameOf(row), row.isPast === true ? undefined : row.text]),
  );
  return keys.map((key) => (found.has(nameOf(key)) ? found.get(nameOf(key)) : null));
}

const columns = (keys: readonly AttemptKey[]) =>
  [keys.map((key) => key.deliveryId), keys.map((key) => key.number)] as const;

const nameOf = ({ deliveryId, number }: AttemptKey) => `${deliveryId}:${number}`;
