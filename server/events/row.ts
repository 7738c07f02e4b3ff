/** What readers see of an event, except for its body, which is long and seldom read. */
export interface EventRow {
  id: string;
  tenantId: string;
  /** Whom it was triggered for; the nil uuid: for nobody in particular. */
  customerId: string;
  type: string;
  /** The caller's own id of it. */
  eventId: string;
  webhooksNotified: number;
  isTest: boolean;
  /** For webhooks that keep order by it; null: in no order. */
  orderingKey: string | null;
  /** JSON text of its violations of its type's schema; null where there are none. */
  violations: string | null;
  createdAt: Date;
}

/** What is known of an event without its row, for its deliveries have it too. */
export type BriefEvent = Pick<
  EventRow,
  'id' | 'tenantId' | 'customerId' | 'type' | 'eventId' | 'isTest'
>;

/** The columns of {@link EventRow}, of "Event" e. */
export const EVENT_COLUMNS = `
  e.id, e."tenantId", e."customerId", e.type, e."eventId", e."webhooksNotified", e."isTest", e."orderingKey", e.violations, e."createdAt"`;
