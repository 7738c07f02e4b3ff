import type { Pool } from 'pg';

import { customerIdsOf, noSuchCustomer } from '../customers/find.ts';
import { NO_CUSTOMER } from '../customers/row.ts';
import type { KeysetPage } from '../database/keyset-page.ts';
import { patternsOf } from '../domain/event/event-type-pattern.ts';
import type { Outcome } from '../domain/user-fault.ts';
import { type FanOutOutcome, fanOutOutcome } from '../filters/fan-out-outcome.ts';
import { prepareEvent, type TriggerInput } from './trigger/event-input.ts';
import type { FindEventRules } from './trigger/event-rules.ts';

/** What an event would become for a webhook. */
export interface PreviewedWebhook {
  /** The webhook's. */
  id: string;
  outcome: FanOutOutcome | 'NOT_SUBSCRIBED' | 'OTHER_CUSTOMER';
  /** The text of its filter. */
  filter: string | null;
}

/** An event that is not sent. */
export interface EventPreview {
  tenantId: string;
  /** The body that would be sent. */
  body: string;
  /** JSON text, as an event's row has it. */
  violations: string | null;
  /** Whether the event would be refused for its violations. */
  isRefused: boolean;
  customerId: string;
  /** What it would become for those that subscribe and may see it, newest first. */
  subscribed: PreviewedWebhook[];
}

/*
 * As the insert asks it (insert-events.ts), of one event.
 */
const SUBSCRIBED = `
SELECT w.id, judged.outcome, f.filter
FROM (
  SELECT DISTINCT s."webhookId" FROM "EventSubscription" s
  WHERE s."tenantId" = $1::uuid AND s."eventType" = ANY ($2::text[]) AND s."customerId" = ANY ($3::uuid[])
) subscribed
JOIN "Webhook" w ON w.id = subscribed."webhookId" AND w."deletedAt" IS NULL
CROSS JOIN LATERAL (SELECT ${fanOutOutcome('$4::text')} AS outcome OFFSET 0) judged
LEFT JOIN "WebhookFilter" f ON f.id = w."filterId"
ORDER BY w.id DESC`;

/** Says what an event would do; nothing is kept and nothing sent. */
export function createEventPreview(parts: { pool: Pool; rulesOf: FindEventRules }) {
  const { pool, rulesOf } = parts;
  return async function preview(
    tenantId: string,
    input: TriggerInput,
    path: readonly string[],
  ): Promise<Outcome<EventPreview>> {
    const rules = { ...(await rulesOf(tenantId, [input.type])), refusesMisfits: false };
    const { value: event, faults = [] } = prepareEvent(tenantId, input, path, rules);
    const [customerId] =
      event === undefined || event.customerKey === null
        ? [NO_CUSTOMER]
        : await customerIdsOf(pool, tenantId, [event.customerKey]);
    if (event === undefined) return { faults };
    if (customerId === undefined) return { faults: [noSuchCustomer([...path, 'customer'])] };
    const { type, body, violations } = event;
    const { rows: subscribed } = await pool.query<PreviewedWebhook>({
      text: SUBSCRIBED,
      values: [tenantId, patternsOf(type), [NO_CUSTOMER, customerId], body],
    });
    const isRefused = violations !== null && rules.types.get(type)?.validation === 'REJECT';
    return { value: { tenantId, body, violations, isRefused, customerId, subscribed } };
  };
}

export type PreviewEvent = ReturnType<typeof createEventPreview>;

/**
 * A page of what the event would become for every webhook of the tenant: those that subscribe and may
 * see it come first, then all others, each newest first. One row more than the page has, to tell
 * whether the list goes on; backwards, from the end up.
 */
export async function previewPage(
  pool: Pool,
  preview: EventPreview,
  page: KeysetPage,
): Promise<PreviewedWebhook[]> {
  const wanted = page.limit + 1;
  const first = page.backwards ? await othersOf(pool, preview, page) : subscribedOf(preview, page);
  if (first.length >= wanted) return first.slice(0, wanted);
  const rest = { ...page, limit: page.limit - first.length };
  const second = page.backwards ? subscribedOf(preview, rest) : await othersOf(pool, preview, rest);
  return [...first, ...second].slice(0, wanted);
}

/** In the direction of the page: those of the first part that lie within it. */
function subscribedOf({ subscribed }: EventPreview, page: KeysetPage): PreviewedWebhook[] {
  const place = (id: string | undefined, none: number) => {
    if (id === undefined) return none;
    const index = subscribed.findIndex((each) => each.id === id);
    // A cursor of the second part: all of the first lie before it.
    return index === -1 ? subscribed.length : index;
  };
  const within = subscribed.slice(
    page.after === undefined ? 0 : place(page.after, 0) + 1,
    place(page.before, subscribed.length),
  );
  return page.backwards ? within.toReversed() : within;
}

/** In the direction of the page: those of the second part that lie within it, one more than its limit. */
async function othersOf(
  pool: Pool,
  { tenantId, customerId, subscribed }: EventPreview,
  page: KeysetPage,
): Promise<PreviewedWebhook[]> {
  const ids = subscribed.map(({ id }) => id);
  const isFirst = (id: string | undefined) => id !== undefined && ids.includes(id);
  // A cursor of the first part: none of the second lie before it.
  if (isFirst(page.before)) return [];
  const after = isFirst(page.after) ? undefined : page.after;
  const order = page.backwards ? 'ASC' : 'DESC';
  const { rows } = await pool.query<PreviewedWebhook>({
    text: `
SELECT w.id, f.filter, CASE WHEN w."customerId" = ANY ($2::uuid[]) THEN 'NOT_SUBSCRIBED' ELSE 'OTHER_CUSTOMER' END AS outcome
FROM "Webhook" w LEFT JOIN "WebhookFilter" f ON f.id = w."filterId"
WHERE w."tenantId" = $1::uuid AND w."deletedAt" IS NULL AND w.id <> ALL ($3::uuid[])
  AND w.id < coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AND w.id > $5::uuid
ORDER BY w.id ${order} LIMIT $6`,
    values: [
      tenantId,
      [NO_CUSTOMER, customerId],
      ids,
      after ?? null,
      page.before ?? NO_CUSTOMER,
      page.limit + 1,
    ],
  });
  return rows;
}
