import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

import { rowLinkClasses } from '../../../components/link.tsx';
import { Badge } from '../../../components/state/badge.tsx';
import { CopyableText } from '../../../components/copyable-text.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { graphql, readFragment, type FragmentOf } from '../../../graphql/graphql.ts';
import { formatCount, formatPlural } from '../../../lib/number-format.ts';

export const EventRowFragment = graphql(`
  fragment EventRow on Event {
    id
    type
    eventId
    createdAt
    isTest
    webhooksNotified
    customer {
      id
      key
      name
    }
  }
`);

export interface EventRowProps {
  event: FragmentOf<typeof EventRowFragment>;
  /** Whether `j` and `k` stand on it. */
  isActiveRow: boolean;
}

/** An event in the list; a click anywhere but on its id opens it. */
export function EventRow({ event, isActiveRow }: EventRowProps) {
  const { id, type, eventId, createdAt, isTest, webhooksNotified, customer } = readFragment(
    EventRowFragment,
    event,
  );
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isActiveRow) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isActiveRow]);
  const copyableId = <CopyableText value={eventId} label="Event id" className="relative z-10" />;
  return (
    <tr
      ref={row}
      aria-current={isActiveRow ? 'true' : undefined}
      className="relative scroll-my-16 border-t border-line hover:bg-hover/60 aria-[current=true]:bg-accent-soft aria-[current=true]:shadow-[inset_2px_0_0_var(--accent)]"
    >
      <td className="py-1 pl-4 sm:h-11">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to="/events/$eventId"
            params={{ eventId: id }}
            className={`truncate text-sm font-medium ${rowLinkClasses}`}
          >
            {type}
          </Link>
          {isTest && <Badge>test</Badge>}
          {customer !== null && (
            <span title={customer.key} className="truncate text-xs text-muted">
              {customer.name}
            </span>
          )}
        </span>
        <div className="max-w-full text-muted sm:hidden">{copyableId}</div>
      </td>
      <td className="hidden py-1 pl-4 sm:table-cell">{copyableId}</td>
      <td className="hidden py-1 pl-4 text-right text-sm tabular-nums md:table-cell">
        {webhooksNotified === 0 ? (
          <span className="text-muted">none</span>
        ) : (
          formatCount(webhooksNotified)
        )}
      </td>
      <td className="py-1 pr-4 pl-4 text-right align-top text-sm whitespace-nowrap text-muted max-sm:pt-1.5 sm:align-middle">
        <RelativeTime at={createdAt} className="relative z-10" />
        <div className="mt-1.5 text-xs md:hidden">
          {webhooksNotified === 0 ? 'no webhooks' : formatPlural(webhooksNotified, 'webhook')}
        </div>
      </td>
    </tr>
  );
}
