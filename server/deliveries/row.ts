import type { DeliveryFailureReason, DeliveryStatus } from '../domain/delivery/delivery-states.ts';

/** What readers see of a delivery: all but its claim and its log. */
export interface DeliveryRow {
  id: string;
  tenantId: string;
  /** The event's row. */
  eventRef: string;
  webhookId: string;
  /** Its event's; the nil uuid: nobody in particular. */
  customerId: string;
  isTest: boolean;
  status: DeliveryStatus;
  /** Attempts since it was made or last retried by hand. */
  attemptCount: number;
  /** Attempts in all: the number of the last one. */
  attemptsMade: number;
  nextAttemptAt: Date | null;
  failureReason: DeliveryFailureReason | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
}

/** The columns of {@link DeliveryRow}, of "Delivery" d. */
export const DELIVERY_COLUMNS = `
  d.id, d."tenantId", d."eventRef", d."webhookId", d."customerId", d."isTest", d.status, d."attemptCount",
  d."attemptsMade", d."nextAttemptAt", d."failureReason", d.version, d."createdAt", d."updatedAt",
  d."completedAt"`;
