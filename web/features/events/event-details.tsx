import type { ReactNode } from 'react';

import { Card } from '../../components/card.tsx';
import { CopyableText } from '../../components/copyable-text.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { graphql, readFragment, type FragmentOf } from '../../graphql/graphql.ts';
import { formatPlural } from '../../lib/number-format.ts';
import { formatExact } from '../../lib/time-format.ts';

export const EventDetailsFragment = graphql(`
  fragment EventDetails on Event {
    eventId
    createdAt
    isTest
    webhooksNotified
  }
`);

/** What is known of an event besides its payload. */
export function EventDetails({ event }: { event: FragmentOf<typeof EventDetailsFragment> }) {
  const { eventId, createdAt, isTest, webhooksNotified } = readFragment(
    EventDetailsFragment,
    event,
  );
  return (
    <Card>
      <dl className="grid gap-x-8 gap-y-3 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
        <Fact term="Event id">
          <CopyableText value={eventId} label="Event id" className="-my-1.5" />
        </Fact>
        <Fact term="Triggered">
          <RelativeTime at={createdAt} />
          <span className="text-muted"> · {formatExact(createdAt)}</span>
        </Fact>
        <Fact term="Sent to">
          {isTest ? 'one webhook, as a test' : formatPlural(webhooksNotified, 'webhook')}
        </Fact>
      </dl>
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
