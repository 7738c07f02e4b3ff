import { Link } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { memo, use, type ReactNode } from 'react';

import { Badge } from '../../../components/state/badge.tsx';
import { MiddleTruncated } from '../../../components/copyable-text.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { StatusBadge } from '../../../components/state/status-badge.tsx';
import type { DeliveryRow } from '../../../live/delivery-row.ts';
import type { LiveDeliveries } from '../../../live/live-deliveries.ts';
import { type Holds, useHeldBy } from '../../../live/unreached-webhooks.ts';
import { useLiveRow } from '../../../live/use-live-deliveries.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatDuration } from '../../../lib/time/time-format.ts';
import { ChangeFlash } from '../../../deliveries/change-flash.tsx';
import { FilterBy } from '../filters/filter-by.ts';
import { LastResult } from '../../../deliveries/last-result.tsx';
import { PickBox } from '../picks/pick-box.tsx';
import type { Picks } from '../picks/use-picks.ts';
import { NextAttempt } from '../../../deliveries/next-attempt.tsx';
import type { TableLayout } from './table-layout.ts';
import type { SearchChange } from '../../../deliveries/deliveries-search.ts';

export interface RowCellsProps {
  id: string;
  live: LiveDeliveries<DeliveryRow>;
  /** Webhooks that hold back what is due. */
  holds: Holds;
  layout: TableLayout;
  /** Null where nobody can pick it. */
  isPicked: boolean | null;
  onPick: Picks['toggle'] | undefined;
}

/** What one row shows. Follows its own delivery: a change of it renders this and nothing else. */
export const RowCells = memo(function RowCells(props: RowCellsProps) {
  const { id, live, holds, layout, isPicked, onPick } = props;
  const delivery = useLiveRow(live, id);
  if (delivery === undefined) return null;
  const cells =
    layout === 'cards' ? (
      <Card delivery={delivery} holds={holds} />
    ) : (
      <Columns
        delivery={delivery}
        holds={holds}
        isWide={layout === 'wide'}
        pick={
          isPicked !== null && (
            <PickBox
              label="Pick this delivery"
              checked={isPicked}
              onToggle={(isRange) => onPick?.(id, isRange)}
              className={BESIDE_CELL}
            />
          )
        }
      />
    );
  return (
    <>
      <ChangeFlash version={delivery.version} updatedAt={delivery.updatedAt} />
      {cells}
    </>
  );
});

interface CardProps extends Pick<RowCellsProps, 'holds'> {
  delivery: DeliveryRow;
}

/** At the row's left, and as high, though it belongs to its first cell. */
const BESIDE_CELL = 'top-1/2 -left-10 h-10 -translate-y-1/2';

interface ColumnsProps extends CardProps {
  isWide: boolean;
  pick: ReactNode;
}

function Columns({ delivery, holds, isWide, pick }: ColumnsProps) {
  const heldBy = useHeldBy(delivery, holds);
  const isHeld = heldBy !== null;
  const { id, status, event, webhook, isTest, attemptCount, maxAttempts } = delivery;
  const { createdAt, lastAttempt } = delivery;
  return (
    <>
      <Cell filter={{ status: [status] }} what="this status">
        {pick}
        <StatusBadge status={status} heldBy={heldBy} />
      </Cell>
      <Cell
        filter={{ type: [event.type] }}
        what="this event type"
        className="flex items-center gap-2"
      >
        <RowLink id={id} eventType={event.type} />
        {isTest && <Badge>test</Badge>}
      </Cell>
      {isWide && (
        <Cell filter={{ event: event.eventId }} what="this event" className="flex text-muted">
          <MiddleTruncated value={event.eventId} />
        </Cell>
      )}
      <Cell filter={{ webhook: [webhook.id] }} what="this webhook">
        {/* Right-to-left names are cut at their end too. */}
        <bdi className="block truncate text-left">{webhook.name}</bdi>
      </Cell>
      <Cell className="text-right text-muted tabular-nums">
        {attemptCount}/{maxAttempts}
      </Cell>
      <Cell className="flex gap-1.5 whitespace-nowrap">
        <LastResult delivery={delivery} />
        {!isWide && !isHeld && <NextAttempt delivery={delivery} className={OVER_LINK} />}
      </Cell>
      {isWide && (
        <Cell className="text-right text-muted tabular-nums">
          {lastAttempt === null ? '–' : formatDuration(lastAttempt.durationMs)}
        </Cell>
      )}
      <Cell className="text-right whitespace-nowrap text-muted">
        <RelativeTime at={createdAt} className={OVER_LINK} />
      </Cell>
      {isWide && (
        <Cell className="text-right whitespace-nowrap">
          {!isHeld && <NextAttempt delivery={delivery} className={OVER_LINK} />}
        </Cell>
      )}
    </>
  );
}

function Card({ delivery, holds }: CardProps) {
  const heldBy = useHeldBy(delivery, holds);
  const isHeld = heldBy !== null;
  const { id, status, event, webhook, isTest, attemptCount, maxAttempts, createdAt } = delivery;
  return (
    <>
      <div className="flex items-center gap-2">
        <StatusBadge status={status} heldBy={heldBy} />
        <RowLink id={id} eventType={event.type} />
        {isTest && <Badge>test</Badge>}
        <RelativeTime
          at={createdAt}
          className={classNames('ml-auto whitespace-nowrap text-muted', OVER_LINK)}
        />
      </div>
      <div className="mt-0.5 flex items-center gap-2 text-xs">
        <bdi className="truncate text-left text-muted">{webhook.name}</bdi>
        <span className="ml-auto flex shrink-0 items-center gap-2 whitespace-nowrap tabular-nums">
          {!isHeld && <NextAttempt delivery={delivery} className={OVER_LINK} />}
          <LastResult delivery={delivery} />
          <span className="text-muted">
            <span className="sr-only">Attempts: </span>
            {attemptCount}/{maxAttempts}
          </span>
        </span>
      </div>
    </>
  );
}

/** Lies over the row's link, so that its exact time shows on hover; the row takes its clicks. */
const OVER_LINK = 'relative z-1';

interface CellProps {
  children: ReactNode;
  className?: string;
  /** What the list is narrowed to by the cell's button, which shows under the pointer. */
  filter?: SearchChange;
  /** The same in words: `this webhook`. */
  what?: string;
}

function Cell({ children, className, filter, what }: CellProps) {
  const filterBy = use(FilterBy);
  if (filter === undefined || filterBy === null) {
    return (
      <div role="cell" className={classNames('min-w-0', className)}>
        {children}
      </div>
    );
  }
  return (
    <div role="cell" className={classNames('group/cell relative min-w-0', className)}>
      {children}
      <button
        type="button"
        // The filters above do the same by the keyboard.
        tabIndex={-1}
        aria-label={`Show only ${what}`}
        title={`Show only ${what}`}
        onClick={(event) => {
          event.stopPropagation();
          filterBy(filter);
        }}
        className="invisible absolute top-1/2 -right-3 z-2 flex size-6 -translate-y-1/2 items-center justify-center rounded-md border border-line-strong bg-raised text-muted group-hover/cell:visible hover:text-ink"
      >
        <ListFilter aria-hidden className="size-3.5" />
      </button>
    </div>
  );
}

/** The row's one link, as large as the row. Apart from the row, for a link costs more to render. */
const RowLink = memo(function RowLink({ id, eventType }: { id: string; eventType: string }) {
  return (
    <Link
      to="/deliveries/$deliveryId"
      params={{ deliveryId: id }}
      search={true}
      resetScroll={false}
      className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0"
    >
      {eventType}
    </Link>
  );
});
