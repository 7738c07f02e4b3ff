import type { LoggedChange } from './change-log.ts';

/**
 * A transaction with a lower id may have changed a delivery after one with a higher id: the
 * order of transactions, but in each delivery's places its changes by version.
 */
export function* inOrderOfVersions(changes: readonly LoggedChange[]): Generator<LoggedChange> {
  const queues = new Map<string, LoggedChange[]>();
  for (const change of changes) {
    const queue = queues.get(change.delivery.id);
    if (queue) queue.push(change);
    else queues.set(change.delivery.id, [change]);
  }
  for (const queue of queues.values()) queue.sort((a, b) => b.version - a.version);
  for (const { delivery } of changes) {
    const next = queues.get(delivery.id)?.pop();
    if (next) yield next;
  }
}
