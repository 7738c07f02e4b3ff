import { getRouteApi, Link } from '@tanstack/react-router';
import { CalendarX2, ChevronLeft, PenLine } from 'lucide-react';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';

import { Badge } from '../../../components/state/badge.tsx';
import { buttonClasses } from '../../../components/form/button.tsx';
import { Card } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { JsonView } from '../../../components/json/json-view.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Skeleton } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { prettyExact } from '../../../lib/json/exact-numbers.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { useSession } from '../../../session/session.tsx';
import { EventDeliveries } from './event-deliveries.tsx';
import { EventFanOut } from './event-fan-out.tsx';
import { EventDetails, EventDetailsFragment } from './event-details.tsx';

const EventQuery = graphql(
  `
    query EventById($id: ID!) {
      event(id: $id) {
        id
        type
        eventId
        isTest
        webhooksNotified
        payload
        customer {
          id
          key
        }
        ...EventDetails
      }
      installation {
        retentionDays
      }
    }
  `,
  [EventDetailsFragment],
);

const route = getRouteApi('/events/$eventId');

/** One event: what it carried, whom it went to, and how that went, live. */
export function EventPage() {
  const { eventId: id } = route.useParams();
  const { mayWrite } = useSession();
  const [{ data, error }, ask] = useQuery({ query: EventQuery, variables: { id } });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), { hasFailed: error !== undefined });
  const back = (
    <Link to="/events" className={`${linkClasses} inline-flex items-center gap-1`}>
      <ChevronLeft aria-hidden className="size-4" />
      Events
    </Link>
  );

  if (data === undefined) {
    if (error === undefined) return <EventSkeleton />;
    return (
      <Page back={back}>
        <ErrorState
          error={{ message: faultMessage(error) }}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      </Page>
    );
  }
  const { event } = data;
  if (event === null) {
    const { retentionDays } = data.installation;
    return (
      <Page back={back}>
        <EmptyState
          isWholePage
          icon={CalendarX2}
          title="Event not found"
          action={
            <Link to="/events" className={buttonClasses()}>
              All events
            </Link>
          }
        >
          An event is removed {formatPlural(retentionDays, 'day')} after the last of its deliveries
          has ended. If this one should be younger, the address may be mistyped, or it belongs to
          another tenant.
        </EmptyState>
      </Page>
    );
  }

  const payload = prettyExact(event.payload);
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        back={back}
        title={event.type}
        meta={event.isTest && <Badge>test</Badge>}
        actions={
          mayWrite && (
            <Link
              to="/events/new"
              search={{ type: event.type }}
              state={{
                eventDraft: { type: event.type, payload, customer: event.customer?.key ?? null },
              }}
              className={buttonClasses()}
            >
              <PenLine aria-hidden className="size-4" />
              Trigger again with changes
            </Link>
          )
        }
      />
      <EventDetails event={event} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <EventDeliveries
          eventId={event.eventId}
          type={event.type}
          webhooksNotified={event.webhooksNotified}
        />
        <div className="flex min-w-0 flex-col gap-4">
          <EventFanOut id={event.id} type={event.type} />
          <JsonView text={payload} label="Payload" maxHeight="36rem" />
        </div>
      </div>
    </div>
  );
}

function Page({ back, children }: { back: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-4">
      <PageHeader back={back} title="Event" />
      <Card>{children}</Card>
    </div>
  );
}

function EventSkeleton() {
  return (
    <output aria-label="Loading" className="flex flex-col gap-4">
      <div className="flex h-16 flex-col justify-between pb-1">
        <Skeleton className="h-4 w-16" />
        <Skeleton className="h-7 w-56" />
      </div>
      <Skeleton className="h-16" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Skeleton className="h-52" />
        <Skeleton className="h-52" />
      </div>
    </output>
  );
}
