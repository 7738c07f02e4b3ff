import type { Queue } from '../../../server/queue/contract.ts';

/** The queue at its worst: whatever the producer is given is lost, and only the sweep is left. */
export function discardingQueue(inner: Queue): Queue {
  return {
    kind: inner.kind,
    handover: null,
    producer: { deliver: async () => {}, due: async () => {} },
    consume: (handlers) => inner.consume(handlers),
    isReady: (timeoutMs) => inner.isReady(timeoutMs),
    close: () => inner.close(),
  };
}
