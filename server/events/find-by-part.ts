import type { Pool } from 'pg';

/** Among so many of the newest a part of the caller's own id is looked for. */
export const NEWEST_LOOKED_AT = 5_000;

const WITHIN = `
SELECT e.id FROM "Event" e
WHERE e."tenantId" = $1::uuid AND e.id >= $2::uuid AND e.id <= $3::uuid
ORDER BY e."tenantId" DESC, e.id DESC LIMIT $4`;

/*
 * No index holds parts of texts: a bounded number of the newest is looked at.
 */
const WITH_PART = `
SELECT id FROM (
  SELECT e.id, e."eventId" FROM "Event" e WHERE e."tenantId" = $1::uuid
  ORDER BY e."tenantId" DESC, e.id DESC LIMIT ${NEWEST_LOOKED_AT}
) newest
WHERE position($2 IN "eventId") > 0
ORDER BY id DESC LIMIT $3`;

/** The tenant's newest events whose ids lie within these two, both included. */
export async function findEventIdsWithin(
  pool: Pool,
  tenantId: string,
  { first, last }: { first: string; last: string },
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    text: WITHIN,
    values: [tenantId, first, last, limit],
  });
  return rows.map(({ id }) => id);
}

/** Of the newest {@link NEWEST_LOOKED_AT} events those that have this in the caller's own id. */
export async function findEventIdsWithPart(
  pool: Pool,
  tenantId: string,
  part: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    text: WITH_PART,
    values: [tenantId, part, limit],
  });
  return rows.map(({ id }) => id);
}
