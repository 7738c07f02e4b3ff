import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState, type RefObject } from 'react';

import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { classNames } from '../../lib/class-names.ts';
import { useRowNavigation, type RowNavigation } from '../../lib/keyboard/row-navigation.ts';
import { useShortcut } from '../../lib/keyboard/shortcuts.ts';
import { useAim } from '../../lib/use-aim.ts';
import { useSession } from '../../session/session.tsx';
import type { DeliveriesSearch } from '../../deliveries/deliveries-search.ts';
import { DeliveriesTable, type DeliveriesTableHandle } from './table/deliveries-table.tsx';
import { NothingFits, NothingYet } from './table/no-deliveries.tsx';
import { StaleNotice } from '../../deliveries/pane/stale-notice.tsx';
import { PicksBar } from './picks/picks-bar.tsx';
import { usePicks } from './picks/use-picks.ts';
import { useRetryDelivery } from '../../deliveries/retry-delivery.tsx';
import { useHold } from '../../deliveries/use-hold.ts';
import { useSettled } from '../../lib/use-settled.ts';
import type { SteadyList } from './table/use-steady-list.ts';
import { isAnySet } from '../../lib/search-text.ts';

const LASTING_MS = 3_000;
/** Held down, `j` runs past rows that nobody wants to see. */
const FOLLOW_MS = 150;

export interface DeliveriesViewProps extends SteadyList {
  isPaused: boolean;
  /** Whose pane is open. */
  openId: string | null;
  search: DeliveriesSearch;
  table: RefObject<DeliveriesTableHandle | null>;
  onClearFilters: () => void;
}

/** The list in whatever state it is, with its keys and with what waits above it. */
export function DeliveriesView(props: DeliveriesViewProps) {
  const { live, snapshot, isStale, isPaused, openId, search, table, onClearFilters } = props;
  const { ids, newCount, state, error } = snapshot;
  const [isScrolled, setScrolled] = useState(false);
  const { isAiming, aim } = useAim();
  const picks = usePicks(ids);
  const isPicking = picks.picked.size > 0;
  useHold(live, isPaused || isScrolled || isAiming || isPicking || openId !== null);

  const open = useOpen();
  const scrollTo = useCallback(
    (index: number) => {
      aim();
      table.current?.scrollToRow(index);
    },
    [aim, table],
  );
  const navigation = useRowNavigation({ ids, onOpen: open, scrollTo, noun: 'delivery' });
  const { activeId } = navigation;
  usePaneFollows(openId, navigation, open);

  const { mayWrite } = useSession();
  const retry = useRetryDelivery({ onRetried: live.put });
  useShortcut(
    { keys: 'r', label: 'Retry the delivery', group: 'Deliveries' },
    () => {
      const delivery = activeId === null ? undefined : live.getRow(activeId);
      if (delivery !== undefined) retry.ask(delivery);
    },
    // An open pane has a key of its own for it.
    mayWrite && openId === null,
  );

  const group = 'Deliveries';
  const mayPick = mayWrite && activeId !== null;
  const pick = (isRange: boolean) => {
    if (activeId !== null) picks.toggle(activeId, isRange);
  };
  useShortcut({ keys: 'x', label: 'Pick the delivery', group }, () => pick(false), mayPick);
  useShortcut({ keys: 'X', label: 'Pick all up to it', group }, () => pick(true), mayPick);
  useShortcut(
    { keys: 'Escape', label: 'Clear the picks', group },
    picks.clear,
    isPicking && openId === null,
  );

  // What mends itself in a moment is not worth a word.
  const settled = useSettled(error, LASTING_MS);
  const lasting = settled === error ? error : null;

  const isEmpty = state === 'ready' && ids.length === 0;
  return (
    <Card
      aria-label="List of deliveries"
      aria-busy={isStale || state === 'loading'}
      className={classNames(
        'relative flex min-h-0 flex-col motion-safe:transition-opacity',
        isEmpty && newCount === 0 ? 'justify-center' : 'flex-1',
        isStale && 'opacity-60',
      )}
    >
      {state === 'loading' && <SkeletonRows rows={12} columns={5} rowClassName="h-10" />}
      {state === 'failed' && (
        <ErrorState
          error={{ message: error === null ? 'The server did not answer.' : faultMessage(error) }}
          onRetry={live.reload}
        />
      )}
      {isEmpty && !isAnySet(search) && <NothingYet />}
      {isEmpty && isAnySet(search) && (
        <NothingFits hasEventId={search.event !== undefined} onClear={onClearFilters} />
      )}
      {state === 'ready' && ids.length > 0 && (
        <DeliveriesTable
          ref={table}
          live={live}
          snapshot={snapshot}
          selectedId={openId}
          activeId={activeId}
          onScrolledChange={setScrolled}
          onAim={aim}
          picks={mayWrite ? picks : null}
        />
      )}
      {mayWrite && <PicksBar picks={picks} />}
      {state === 'ready' && lasting !== null && (
        <StaleNotice message={faultMessage(lasting)} onRetry={live.reload} />
      )}
      {retry.dialog}
    </Card>
  );
}

type Open = (id: string, options?: { replace?: boolean }) => void;

function useOpen(): Open {
  const navigate = useNavigate();
  return useCallback(
    (id, { replace = false } = {}) =>
      void navigate({
        to: '/deliveries/$deliveryId',
        params: { deliveryId: id },
        search: true,
        resetScroll: false,
        replace,
      }),
    [navigate],
  );
}

/** An open pane goes along with `j` and `k`, and they go on from what was opened by a click. */
function usePaneFollows(openId: string | null, navigation: RowNavigation, open: Open): void {
  const { activeId, setActiveId } = navigation;
  useEffect(() => {
    if (openId !== null) setActiveId(openId);
  }, [openId, setActiveId]);
  useEffect(() => {
    if (openId === null || activeId === null || activeId === openId) return;
    const timer = setTimeout(() => open(activeId, { replace: true }), FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [activeId, openId, open]);
}
