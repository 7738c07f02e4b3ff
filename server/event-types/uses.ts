import type { Pool } from 'pg';

import { lowestIdAt } from '../domain/identifiers.ts';
import { patternsOf } from '../domain/event/event-type-pattern.ts';

/** More of them are not counted: who sees so many need not know how many more. */
export const MOST_COUNTED = 1_000;
const DAY_MS = 86_400_000;

/** What a tenant does with an event type. */
export interface EventTypeUses {
  /** Webhooks that subscribe to it, by its name or by a pattern. */
  webhooks: number;
  /** Events of it that were triggered in the last 24 hours. */
  events: number;
}

const USES = `
SELECT type.name, subscribed.count AS webhooks, triggered.count AS events
FROM unnest($2::text[], $3::text[]) AS type(name, patterns)
CROSS JOIN LATERAL (
  SELECT count(DISTINCT found."webhookId")::int AS count FROM (
    SELECT s."webhookId" FROM "EventSubscription" s
    WHERE s."tenantId" = $1::uuid AND s."eventType" = ANY (string_to_array(type.patterns, ' '))
    LIMIT ${MOST_COUNTED}
  ) found
) subscribed
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count FROM (
    SELECT FROM "Event" e
    WHERE e."tenantId" = $1::uuid AND e.type = type.name AND e.id >= $4::uuid
    LIMIT ${MOST_COUNTED}
  ) found
) triggered`;

/** How much the types of these names are used, each counted up to {@link MOST_COUNTED}. One statement. */
export async function findEventTypeUses(
  pool: Pool,
  tenantId: string,
  names: readonly string[],
): Promise<Map<string, EventTypeUses>> {
  const { rows } = await pool.query<EventTypeUses & { name: string }>({
    text: USES,
    values: [
      tenantId,
      names,
      names.map((name) => patternsOf(name).join(' ')),
      lowestIdAt(Date.now() - DAY_MS),
    ],
  });
  return new Map(rows.map(({ name, ...uses }) => [name, uses]));
}
