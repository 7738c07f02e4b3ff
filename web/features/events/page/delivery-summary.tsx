import { useMemo, useSyncExternalStore } from 'react';

import { statusIcon, type DeliveryStatus } from '../../../components/state/status-badge.tsx';
import type { DeliveryRow } from '../../../live/delivery-row.ts';
import type { LiveDeliveries, LiveSnapshot } from '../../../live/live-deliveries.ts';
import { formatCount } from '../../../lib/number-format.ts';

/** In the order in which they are shown: what has ended first. */
const STATUSES: readonly { status: DeliveryStatus; word: string; colour: string }[] = [
  { status: 'SUCCESS', word: 'succeeded', colour: 'text-success' },
  { status: 'FAILED', word: 'failed', colour: 'text-failed' },
  { status: 'RETRYING', word: 'retrying', colour: 'text-retrying' },
  { status: 'SENDING', word: 'sending', colour: 'text-sending' },
  { status: 'PENDING', word: 'pending', colour: 'text-pending' },
];

export interface DeliverySummaryProps {
  live: LiveDeliveries<DeliveryRow>;
  snapshot: LiveSnapshot;
}

/** `2 succeeded, 1 retrying`, kept up to date. */
export function DeliverySummary({ live, snapshot }: DeliverySummaryProps) {
  const { ids, hasMore } = snapshot;
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const unsubscribes = ids.map((id) => live.subscribeRow(id, listener));
      return () => {
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
    },
    [live, ids],
  );
  // As text, which is the same while nothing has changed.
  const counts = useSyncExternalStore(subscribe, () => countsOf(live, ids)).split(' ');
  if (ids.length === 0) return null;
  return (
    <output aria-live="polite" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      {STATUSES.map(({ status, word, colour }, index) => {
        const count = Number(counts[index]);
        if (count === 0) return null;
        const Icon = statusIcon[status];
        return (
          <span key={status} className={`flex items-center gap-1.5 font-medium ${colour}`}>
            <Icon aria-hidden className="size-3.5" />
            {formatCount(count)} {word}
          </span>
        );
      })}
      {hasMore && <span className="text-muted">of the newest {formatCount(ids.length)}</span>}
    </output>
  );
}

function countsOf(live: LiveDeliveries<DeliveryRow>, ids: readonly string[]): string {
  const statuses = ids.map((id) => live.getRow(id)?.status);
  return STATUSES.map(({ status }) => statuses.filter((each) => each === status).length).join(' ');
}
