import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

import { quietLinkClasses } from '../../../components/link.tsx';
import { Sparkline } from '../../../components/sparkline.tsx';
import { Tooltip } from '../../../components/overlay/tooltip.tsx';
import { WebhookState } from '../../../components/state/webhook-state.tsx';
import { graphql, readFragment, type FragmentOf } from '../../../graphql/graphql.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatCompactCount, formatPercent, formatPlural } from '../../../lib/number-format.ts';

/** What a row of the list shows. The stats are of the last 24 hours. */
export const WebhookRowFragment = graphql(`
  fragment WebhookRow on Webhook {
    id
    name
    url
    isActive
    disabledReason
    circuitOpenedAt
    isPaused
    createdAt
    filter
    customer {
      id
      key
      name
    }
    subscriptions {
      id
      pattern
    }
    stats {
      total
      failed
      successRate
      trend(interval: HOUR) {
        start
        success
        failed
        total
      }
    }
  }
`);

export interface WebhookRowProps {
  webhook: FragmentOf<typeof WebhookRowFragment>;
  /** How many event types there are; 0 while that is not known. */
  typeCount: number;
  /** Whether `j` and `k` stand on it. */
  isActiveRow: boolean;
}

/** One webhook: a row where there is room, a card where there is not. The whole of it is a link. */
export function WebhookRow({ webhook, typeCount, isActiveRow }: WebhookRowProps) {
  const { id, name, url, createdAt, stats, customer, filter, ...rest } = readFragment(
    WebhookRowFragment,
    webhook,
  );
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActiveRow) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isActiveRow]);

  const { total, failed, successRate, trend } = stats;
  const inWords = `Last 24 hours: ${formatPlural(total, 'delivery', 'deliveries')}, ${failed} failed`;
  return (
    <div
      ref={row}
      role="row"
      aria-current={isActiveRow ? 'true' : undefined}
      className={classNames(
        'relative flex scroll-my-16 flex-wrap items-end gap-x-3 gap-y-2 border-t border-line px-4 py-3 nth-2:border-t-0',
        '@3xl:col-span-full @3xl:grid @3xl:grid-cols-subgrid @3xl:items-center @3xl:gap-x-0 @3xl:py-2 @3xl:nth-2:border-t',
        isActiveRow
          ? 'bg-accent-soft before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent'
          : 'hover:bg-hover/60',
      )}
    >
      <div role="cell" className="min-w-0 flex-1 basis-full @3xl:basis-auto @3xl:pr-6">
        <Link
          to="/webhooks/$webhookId"
          params={{ webhookId: id }}
          dir="auto"
          className={classNames(
            'block truncate pr-32 text-left font-medium after:absolute after:inset-0 @3xl:pr-0',
            quietLinkClasses,
          )}
        >
          {name}
        </Link>
        <span title={url} className="block truncate font-mono text-xs leading-5 text-muted">
          {customer !== null && (
            <span title={customer.key} className="mr-2 font-sans text-ink">
              {customer.name}
            </span>
          )}
          {filter !== null && <span className="mr-2 font-sans text-ink">filtered</span>}
          {url}
        </span>
      </div>
      <div role="cell" className="absolute top-3 right-4 @3xl:static @3xl:flex @3xl:justify-start">
        <WebhookState {...rest} />
      </div>
      <Figure label="Event types">
        <TypeCount names={rest.subscriptions.map((each) => each.pattern)} of={typeCount} />
      </Figure>
      <Figure label="Success">
        <span className={successRate !== null && successRate < 0.9 ? 'text-failed' : undefined}>
          {successRate === null ? (
            <span className="text-muted">–</span>
          ) : (
            formatPercent(successRate)
          )}
        </span>
      </Figure>
      <Figure label="Deliveries">
        {total === 0 ? <span className="text-muted">0</span> : formatCompactCount(total)}
      </Figure>
      <div role="cell" className="ml-auto @3xl:ml-0 @3xl:justify-self-end">
        <Sparkline points={since(createdAt, trend)} label={inWords} />
      </div>
    </div>
  );
}

const HOUR_MS = 3_600_000;

/** The intervals of a trend in which there was a webhook: those before would be drawn as idle. */
function since<Point extends { start: string }>(createdAt: string, trend: readonly Point[]) {
  const made = Date.parse(createdAt);
  return trend.filter(({ start }) => Date.parse(start) + HOUR_MS > made);
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="cell" className="flex flex-col text-sm tabular-nums @3xl:items-end @3xl:text-right">
      <span aria-hidden className="text-xs text-muted @3xl:hidden">
        {label}
      </span>
      {children}
    </div>
  );
}

function TypeCount({ names, of }: { names: readonly string[]; of: number }) {
  if (names.length === 0) return <span className="text-muted">none</span>;
  if (names.length === of) return `all ${of}`;
  return (
    <Tooltip content={names.join(', ')}>
      <button
        type="button"
        className="relative z-1 cursor-default self-start rounded-sm underline decoration-line-strong decoration-dotted underline-offset-4 @3xl:self-end"
      >
        {formatPlural(names.length, 'type')}
      </button>
    </Tooltip>
  );
}
