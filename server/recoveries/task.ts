import type { TimeSpan } from '../database/keyset-page.ts';
import type { DeliveryListFilter } from '../deliveries/list.ts';
import type { DeliveryStatus } from '../domain/delivery/delivery-states.ts';

/** What a recovery is to do, as its row keeps it: times are ISO 8601. */
export type RecoveryTask =
  | { kind: 'RETRY'; filter: KeptFilter }
  | { kind: 'MISSED'; webhookId: string; createdAt: { from?: string; to?: string } };

interface KeptFilter extends Omit<DeliveryListFilter, 'createdAt'> {
  statuses: readonly DeliveryStatus[];
  createdAt: { from?: string; to: string };
}

/** Which deliveries to send again: those in FAILED where no status is named, made until now. */
export function retryTask(filter: DeliveryListFilter, now: Date): RecoveryTask {
  const { createdAt = {}, statuses = ['FAILED'], ...rest } = filter;
  return { kind: 'RETRY', filter: { ...rest, statuses, createdAt: keptSpan(createdAt, now) } };
}

/** What a webhook missed until now. */
export function missedTask(webhookId: string, createdAt: TimeSpan, now: Date): RecoveryTask {
  return { kind: 'MISSED', webhookId, createdAt: keptSpan(createdAt, now) };
}

/** What comes after it was asked for is not looked at. */
function keptSpan({ from, to }: TimeSpan, now: Date) {
  return {
    ...(from && { from: from.toISOString() }),
    to: (to !== undefined && to < now ? to : now).toISOString(),
  };
}

/** The filter of a RETRY, as lists take it. */
export function listFilterOf({
  filter,
}: Extract<RecoveryTask, { kind: 'RETRY' }>): DeliveryListFilter & {
  statuses: readonly DeliveryStatus[];
} {
  return { ...filter, createdAt: spanOf(filter.createdAt) };
}

/** A range of time as it is kept, as lists take it. */
export function spanOf({ from, to }: { from?: string; to?: string }): TimeSpan {
  return { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
}

/** The task of a recovery's row. */
export function taskOf(row: { task: unknown }): RecoveryTask {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this module writes it
  return row.task as RecoveryTask;
}
