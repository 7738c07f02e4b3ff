import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { memo, type MouseEvent } from 'react';

import { Badge } from '../components/state/badge.tsx';
import { EmptyState } from '../components/state/empty-state.tsx';
import { ErrorState } from '../components/state/error-state.tsx';
import { RelativeTime } from '../components/time/relative-time.tsx';
import { SkeletonRows } from '../components/state/skeleton.tsx';
import { StatusBadge } from '../components/state/status-badge.tsx';
import type { DeliveryRow } from '../live/delivery-row.ts';
import { faultMessage } from '../graphql/fault-message.ts';
import type { LiveDeliveries, LiveSnapshot } from '../live/live-deliveries.ts';
import { type Holds, useHeldBy, useHolds } from '../live/unreached-webhooks.ts';
import { useLiveRow } from '../live/use-live-deliveries.ts';
import { classNames } from '../lib/class-names.ts';
import { useAim } from '../lib/use-aim.ts';
import { ChangeFlash } from './change-flash.tsx';
import { LastResult } from './last-result.tsx';
import { NextAttempt } from './next-attempt.tsx';
import { useHold } from './use-hold.ts';

/**
 * Which columns there are: `full`, or `compact` for a narrow place; `webhook` and `event` are full
 * lists on the page of one webhook or event, which need not name it in each row.
 */
export type DeliveryListColumns = 'full' | 'compact' | 'webhook' | 'event';

export interface DeliveryListProps {
  /** Both as `useLiveDeliveries` returns them. */
  live: LiveDeliveries<DeliveryRow>;
  snapshot: LiveSnapshot;
  /** What to say, and to do, where there is none. */
  emptyText: string;
  columns?: DeliveryListColumns | undefined;
  /** Rows shown at most, at most 50; the list may hold more. */
  most?: number | undefined;
  /** Opens a delivery on the page itself; its own page if omitted, and with a modifier key. */
  onOpen?: ((id: string) => void) | undefined;
}

/** A short list of deliveries that changes in place; each row leads to its delivery's page. */
export function DeliveryList(props: DeliveryListProps) {
  const { live, snapshot, emptyText, columns = 'full', most = 50, onOpen } = props;
  const { ids, state, error } = snapshot;
  const { isAiming, aim } = useAim();
  useHold(live, isAiming);
  const holds = useHolds();
  if (state === 'loading') {
    return <SkeletonRows rows={5} columns={columns === 'compact' ? 3 : 4} rowClassName="h-10" />;
  }
  if (state === 'failed') {
    const message = error === null ? 'The server did not answer.' : faultMessage(error);
    return <ErrorState error={{ message }} onRetry={live.reload} />;
  }
  if (ids.length === 0) {
    return (
      <EmptyState icon={Inbox} title="No deliveries yet">
        {emptyText}
      </EmptyState>
    );
  }
  return (
    <ul
      className="@container divide-y divide-line"
      aria-label="Deliveries"
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') aim();
      }}
    >
      {ids.slice(0, most).map((id) => (
        <Row key={id} id={id} live={live} holds={holds} columns={columns} onOpen={onOpen} />
      ))}
    </ul>
  );
}

/** Whether a click asks for another tab or window. */
function isElsewhere({ ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return ctrlKey || metaKey || shiftKey || altKey;
}

/** Columns fall away where the list itself is narrow, whatever the page's width. */
const GRIDS: Record<DeliveryListColumns, string> = {
  full: '@2xl:grid-cols-[auto_minmax(0,1.2fr)_minmax(0,1fr)_4rem_8.5rem_5rem]',
  webhook: '@2xl:grid-cols-[auto_minmax(0,1.2fr)_minmax(0,1fr)_4rem_8.5rem_5rem]',
  event: '@2xl:grid-cols-[auto_minmax(0,1fr)_4rem_8.5rem_5rem]',
  compact: '',
};

interface RowProps {
  id: string;
  live: LiveDeliveries<DeliveryRow>;
  holds: Holds;
  columns: DeliveryListColumns;
  onOpen: ((id: string) => void) | undefined;
}

const Row = memo(function Row({ id, live, ...rest }: RowProps) {
  const delivery = useLiveRow(live, id);
  return delivery === undefined ? null : <RowOf delivery={delivery} {...rest} />;
});

function RowOf(props: Omit<RowProps, 'id' | 'live'> & { delivery: DeliveryRow }) {
  const { delivery, holds, columns, onOpen } = props;
  const heldBy = useHeldBy(delivery, holds);
  const isHeld = heldBy !== null;
  const { id, status, event, webhook, isTest, attemptCount, maxAttempts, createdAt } = delivery;
  const isWide = columns !== 'compact';
  return (
    <li className="relative isolate">
      <ChangeFlash version={delivery.version} updatedAt={delivery.updatedAt} />
      <Link
        to="/deliveries/$deliveryId"
        params={{ deliveryId: id }}
        onClick={(event) => {
          if (onOpen === undefined || isElsewhere(event)) return;
          event.preventDefault();
          onOpen(id);
        }}
        className={classNames(
          'relative grid h-10 grid-cols-[auto_minmax(0,1fr)_5rem] items-center gap-3 px-4 text-sm hover:bg-hover/60 focus-visible:-outline-offset-2',
          GRIDS[columns],
        )}
      >
        <StatusBadge status={status} heldBy={heldBy} />
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">
            {columns === 'event' ? webhook.name : event.type}
          </span>
          {isTest && columns !== 'event' && <Badge>test</Badge>}
        </span>
        {isWide && columns !== 'event' && (
          <span
            className={classNames(
              'hidden truncate text-muted @2xl:block',
              columns === 'webhook' && 'font-mono text-xs',
            )}
          >
            {columns === 'webhook' ? event.eventId : webhook.name}
          </span>
        )}
        {isWide && (
          <>
            <span className="hidden text-right text-muted tabular-nums @2xl:block">
              <span className="sr-only">Attempts: </span>
              {attemptCount}/{maxAttempts}
            </span>
            <span className="hidden gap-1.5 whitespace-nowrap @2xl:flex">
              <LastResult delivery={delivery} />
              {!isHeld && <NextAttempt delivery={delivery} />}
            </span>
          </>
        )}
        <RelativeTime at={createdAt} className="text-right whitespace-nowrap text-muted" />
      </Link>
    </li>
  );
}
