import { useEffect, useState } from 'react';

import type { DeliveryRow } from '../../../live/delivery-row.ts';
import { feedLag } from '../../../live/feed-lag.ts';
import type { LiveDeliveries } from '../../../live/live-deliveries.ts';
import { countedText, useDeliveryCount } from '../../../deliveries/delivery-count.ts';
import { formatCount } from '../../../lib/number-format.ts';
import type { DeliveryFilter } from '../../../deliveries/deliveries-search.ts';
import { NewPill } from './new-pill.tsx';

const LOOK_MS = 1_000;
/** Less than this nobody sees. */
const LEAST_LAG_MS = 100;

export interface ListStateProps {
  live: LiveDeliveries<DeliveryRow>;
  filter: DeliveryFilter;
  isPaused: boolean;
  /** New rows that wait. */
  newCount: number;
  onShowNew: () => void;
}

/** How much the list holds, what waits above it, and how fast it goes. */
export function ListState({ live, filter, isPaused, newCount, onShowNew }: ListStateProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted tabular-nums">
      <Count filter={filter} />
      {isPaused ? <span className="text-retrying">Paused</span> : <Pace live={live} />}
      <NewPill count={newCount} onShow={onShowNew} />
    </div>
  );
}

function Count({ filter }: { filter: DeliveryFilter }) {
  const { count, isStale } = useDeliveryCount(filter);
  if (count === undefined) return null;
  return (
    <span aria-busy={isStale}>
      {countedText(count)} {count === 1 ? 'delivery' : 'deliveries'}
    </span>
  );
}

/** `48/s · 0.3 s behind` while changes come. */
function Pace({ live }: Pick<ListStateProps, 'live'>) {
  const [pace, setPace] = useState({ perSecond: 0, lagMs: 0 });
  useEffect(() => {
    const timer = setInterval(() => {
      const perSecond = Math.round(live.changesPerSecond());
      const lagMs = Math.round(feedLag.get() / 100) * 100;
      setPace((before) =>
        before.perSecond === perSecond && before.lagMs === lagMs ? before : { perSecond, lagMs },
      );
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [live]);
  if (pace.perSecond === 0) return null;
  return (
    <span title="Changes of deliveries a second, and how far what you see is behind them">
      {formatCount(pace.perSecond)}/s
      {pace.lagMs >= LEAST_LAG_MS && ` · ${pace.lagMs / 1_000} s behind`}
    </span>
  );
}
