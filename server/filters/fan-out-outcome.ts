/** What became of an event for a webhook that subscribed to it. */
export const FAN_OUT_OUTCOMES = ['DELIVERED', 'FILTERED', 'INACTIVE'] as const;
export type FanOutOutcome = (typeof FAN_OUT_OUTCOMES)[number];

/**
 * The outcome for the row `w` of "Webhook", in SQL. The body becomes jsonb only where a webhook has a
 * filter, and then once for all of them: its sub-select names nothing of the webhook.
 * @param body SQL of the body that would be sent, text.
 */
export const fanOutOutcome = (body: string) => `
  CASE WHEN NOT w."isActive" THEN 'INACTIVE' WHEN w."filterId" IS NULL THEN 'DELIVERED'
    WHEN (SELECT (SELECT filterable_body(${body})) @? f.path FROM "WebhookFilter" f WHERE f.id = w."filterId")
    THEN 'DELIVERED' ELSE 'FILTERED' END`;
