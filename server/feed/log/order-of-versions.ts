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

/** The changes of each tenant in that order, at most `size` together. */
export function* runsOf(
  changes: readonly LoggedChange[],
  size: number,
): Generator<readonly LoggedChange[]> {
  const runs = new Map<string, LoggedChange[]>();
  for (const change of inOrderOfVersions(changes)) {
    const { tenantId } = change.delivery;
    const run = runs.get(tenantId);
    if (run === undefined) runs.set(tenantId, [change]);
    else if (run.push(change) === size) {
      runs.delete(tenantId);
      yield run;
    }
  }
  yield* runs.values();
}
