import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';

import { Badge } from '../../components/badge.tsx';
import { MiddleTruncated } from '../../components/copyable-text.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { DeliveryRow } from '../../graphql/delivery-row.ts';
import type { LiveDeliveries } from '../../graphql/live-deliveries.ts';
import { useLiveRow } from '../../graphql/use-live-deliveries.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatDuration } from '../../lib/time-format.ts';
import { ChangeFlash } from './change-flash.tsx';
import { LastResult } from './last-result.tsx';
import type { TableLayout } from './table-layout.ts';

export interface RowCellsProps {
  id: string;
  live: LiveDeliveries<DeliveryRow>;
  layout: TableLayout;
}

/** What one row shows. Follows its own delivery: a change of it renders this and nothing else. */
export const RowCells = memo(function RowCells({ id, live, layout }: RowCellsProps) {
  const delivery = useLiveRow(live, id);
  if (delivery === undefined) return null;
  const cells =
    layout === 'cards' ? (
      <Card delivery={delivery} />
    ) : (
      <Columns delivery={delivery} isWide={layout === 'wide'} />
    );
  return (
    <>
      <ChangeFlash version={delivery.version} updatedAt={delivery.updatedAt} />
      {cells}
    </>
  );
});

function Columns({ delivery, isWide }: { delivery: DeliveryRow; isWide: boolean }) {
  const { id, status, event, webhook, isTest, attemptCount, maxAttempts } = delivery;
  const { createdAt, lastAttempt } = delivery;
  return (
    <>
      <Cell>
        <StatusBadge status={status} />
      </Cell>
      <Cell className="flex items-center gap-2">
        <RowLink id={id} eventType={event.type} />
        {isTest && <Badge>test</Badge>}
      </Cell>
      {isWide && (
        <Cell className="flex text-muted">
          <MiddleTruncated value={event.eventId} />
        </Cell>
      )}
      <Cell>
        {/* Right-to-left names are cut at their end too. */}
        <bdi className="block truncate text-left">{webhook.name}</bdi>
      </Cell>
      <Cell className="text-right text-muted tabular-nums">
        {attemptCount}/{maxAttempts}
      </Cell>
      <Cell className="flex gap-1.5 whitespace-nowrap">
        <LastResult delivery={delivery} />
        {!isWide && <NextTry delivery={delivery} />}
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
          <NextTry delivery={delivery} />
        </Cell>
      )}
    </>
  );
}

function Card({ delivery }: { delivery: DeliveryRow }) {
  const { id, status, event, webhook, isTest, attemptCount, maxAttempts, createdAt } = delivery;
  return (
    <>
      <div className="flex items-center gap-2">
        <StatusBadge status={status} />
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
          <NextTry delivery={delivery} />
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
}

function Cell({ children, className }: CellProps) {
  return (
    <div role="cell" className={classNames('min-w-0', className)}>
      {children}
    </div>
  );
}

function NextTry({ delivery: { status, nextAttemptAt } }: { delivery: DeliveryRow }) {
  if (status !== 'RETRYING' || nextAttemptAt === null) return null;
  return <Countdown until={nextAttemptAt} className={classNames('text-retrying', OVER_LINK)} />;
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
