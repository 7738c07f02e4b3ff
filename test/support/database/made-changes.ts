import { randomUUID } from 'node:crypto';
import { NIL_UUID } from '../../../server/domain/identifiers.ts';
import type { FollowedDelivery, LoggedChange } from '../../../server/feed/log/change-log.ts';

/** A change that no row stands behind. */
export function madeChange({
  delivery = {},
  ...change
}: Partial<Omit<LoggedChange, 'delivery'>> & {
  delivery?: Partial<FollowedDelivery>;
} = {}): LoggedChange {
  const at = new Date(1_900_000_000_000);
  return {
    version: 2,
    xid: 900n,
    status: 'SENDING',
    previousStatus: 'PENDING',
    changedAt: at,
    ...change,
    delivery: {
      id: randomUUID(),
      tenantId: '00000000-0000-4000-8000-000000000001',
      eventRef: randomUUID(),
      webhookId: randomUUID(),
      customerId: NIL_UUID,
      eventType: 'user.created',
      eventId: 'e-1',
      webhookName: 'first',
      webhookUrl: 'https://receiver.example/',
      webhookFlow: null,
      isTest: false,
      status: 'SENDING',
      attemptCount: 0,
      attemptsMade: 0,
      nextAttemptAt: null,
      failureReason: null,
      version: 2,
      createdAt: at,
      updatedAt: at,
      completedAt: null,
      changeXid: 900n,
      ...delivery,
    },
  };
}
