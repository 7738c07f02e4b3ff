import { useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';

import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { classNames } from '../../lib/class-names.ts';
import { useRowNavigation } from '../../lib/row-navigation.ts';
import { useShortcut } from '../../lib/shortcuts.ts';
import { useSession } from '../session/session.tsx';
import { DeliveriesTable, type DeliveriesTableHandle } from './deliveries-table.tsx';
import { NewPill } from './new-pill.tsx';
import { NothingFits, NothingYet } from './no-deliveries.tsx';
import { useRetryDelivery } from './retry-delivery.tsx';
import { useAim, useHold } from './use-hold.ts';
import type { SteadyList } from './use-steady-list.ts';

export interface DeliveriesViewProps extends SteadyList {
  isPaused: boolean;
  /** Whose pane is open. */
  openId: string | null;
  isFiltered: boolean;
  onClearFilters: () => void;
}

/** The list in whatever state it is, with its keys and with what waits above it. */
export function DeliveriesView(props: DeliveriesViewProps) {
  const { live, snapshot, isStale, isPaused, openId, isFiltered, onClearFilters } = props;
  const { ids, newCount, state, error } = snapshot;
  const table = useRef<DeliveriesTableHandle>(null);
  const [isScrolled, setScrolled] = useState(false);
  const { isAiming, aim } = useAim();
  useHold(live, isPaused || isScrolled || isAiming || openId !== null);

  const open = useOpen();
  const scrollTo = useCallback(
    (index: number) => {
      aim();
      table.current?.scrollToRow(index);
    },
    [aim],
  );
  const { activeId } = useRowNavigation({ ids, onOpen: open, scrollTo, noun: 'delivery' });

  const { mayWrite } = useSession();
  const retry = useRetryDelivery({ onRetried: live.put });
  useShortcut(
    { keys: 'r', label: 'Retry the delivery', group: 'Deliveries' },
    () => {
      const delivery = activeId === null ? undefined : live.getRow(activeId);
      if (delivery !== undefined) retry.ask(delivery);
    },
    mayWrite && activeId !== null,
  );

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
      <NewPill
        count={newCount}
        onShow={() => {
          live.showNew();
          table.current?.scrollToTop();
        }}
      />
      {state === 'loading' && <SkeletonRows rows={12} columns={5} rowClassName="h-10" />}
      {state === 'failed' && (
        <ErrorState
          error={{ message: error === null ? 'The server did not answer.' : faultMessage(error) }}
          onRetry={live.reload}
        />
      )}
      {isEmpty && (isFiltered ? <NothingFits onClear={onClearFilters} /> : <NothingYet />)}
      {state === 'ready' && ids.length > 0 && (
        <DeliveriesTable
          ref={table}
          live={live}
          snapshot={snapshot}
          selectedId={openId}
          activeId={activeId}
          onScrolledChange={setScrolled}
          onAim={aim}
        />
      )}
      {retry.dialog}
    </Card>
  );
}

function useOpen(): (id: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (id) =>
      void navigate({
        to: '/deliveries/$deliveryId',
        params: { deliveryId: id },
        search: true,
        resetScroll: false,
      }),
    [navigate],
  );
}
