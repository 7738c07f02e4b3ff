import { randomUUID } from 'node:crypto';
import type { DeliveryChange } from '../../server/feed/topics.ts';

/** A change that no row stands behind. */
export function madeChange(change: Partial<DeliveryChange> = {}): DeliveryChange {
  return {
    tenantId: '00000000-0000-4000-8000-000000000001',
    deliveryId: randomUUID(),
    version: 2,
    xid: 900n,
    previousXid: 899n,
    status: 'SENDING',
    previousStatus: 'PENDING',
    webhookId: randomUUID(),
    eventType: 'user.created',
    eventId: 'e-1',
    isTest: false,
    createdAt: 1_900_000_000_000,
    ...change,
  };
}
