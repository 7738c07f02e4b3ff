import type { ReactNode } from 'react';

import { Card } from '../../../components/card.tsx';
import { CopyableText } from '../../../components/copyable-text.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { CustomerLink } from '../../../customers/customer-link.tsx';
import { graphql, readFragment, type FragmentOf } from '../../../graphql/graphql.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { formatExact } from '../../../lib/time/time-format.ts';

export const EventDetailsFragment = graphql(`
  fragment EventDetails on Event {
    eventId
    orderingKey
    createdAt
    isTest
    webhooksNotified
    customer {
      id
      key
      name
    }
    violations {
      path
      message
    }
  }
`);

/** What is known of an event besides its payload. */
export function EventDetails({ event }: { event: FragmentOf<typeof EventDetailsFragment> }) {
  const details = readFragment(EventDetailsFragment, event);
  const { eventId, orderingKey, createdAt, isTest, webhooksNotified, customer } = details;
  const { violations } = details;
  return (
    <Card>
      <dl className="grid gap-x-8 gap-y-3 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto_auto] sm:has-[>:nth-child(4)]:grid-cols-[minmax(0,1fr)_auto_auto_auto] sm:has-[>:nth-child(5)]:grid-cols-[minmax(0,1fr)_auto_auto_auto_auto]">
        <Fact term="Event id">
          <CopyableText value={eventId} label="Event id" className="-my-1.5" />
        </Fact>
        {orderingKey !== null && (
          <Fact term="Ordering key">
            <CopyableText value={orderingKey} label="Ordering key" className="-my-1.5" />
          </Fact>
        )}
        {customer !== null && (
          <Fact term="Customer">
            <CustomerLink customer={customer} />
          </Fact>
        )}
        <Fact term="Triggered">
          <RelativeTime at={createdAt} />
          <span className="text-muted"> · {formatExact(createdAt)}</span>
        </Fact>
        <Fact term="Sent to">
          {isTest ? 'one webhook, as a test' : formatPlural(webhooksNotified, 'webhook')}
        </Fact>
      </dl>
      {violations.length > 0 && (
        <ul className="border-t border-line bg-retrying-soft px-4 py-2 text-sm text-retrying">
          {violations.map(({ path, message }) => (
            <li key={`${path} ${message}`} className="wrap-anywhere">
              The payload did not fit its schema: {path === '' ? 'it' : path} {message}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{term}</dt>
      <dd className="mt-0.5 text-sm">{children}</dd>
    </div>
  );
}
