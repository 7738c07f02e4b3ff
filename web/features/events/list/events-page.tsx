import { getRouteApi, Link } from '@tanstack/react-router';
import { CalendarClock, Plus, RefreshCw, SearchX } from 'lucide-react';
import { useQuery } from 'urql';

import { Button, buttonClasses } from '../../../components/form/button.tsx';
import { Card } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Pager } from '../../../components/pager.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql, type VariablesOf } from '../../../graphql/graphql.ts';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { pageArguments } from '../../../lib/cursor-page.ts';
import { classNames } from '../../../lib/class-names.ts';
import { timeRangeOf } from '../../../lib/time/time-range.ts';
import { useAim } from '../../../lib/use-aim.ts';
import { useSession } from '../../../session/session.tsx';
import { EventFilters, type EventFilterValues } from './event-filters.tsx';
import { EventRowFragment } from './event-row.tsx';
import { EventTable } from './event-table.tsx';
import { eventsSearchOf, type EventsSearch } from './events-search.ts';
import { isAnySet } from '../../../lib/search-text.ts';

const EventsQuery = graphql(
  `
    query Events($filter: EventFilter, $first: Int, $after: String, $last: Int, $before: String) {
      events(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        nodes {
          id
          ...EventRow
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  `,
  [EventRowFragment],
);

const PAGE_SIZE = 50;
const route = getRouteApi('/events');

/** All events that were triggered, newest first: has it come in, and whom did it go to. */
export function EventsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { mayWrite } = useSession();
  const variables = variablesOf(search);
  const [{ data, error, fetching, stale, operation }, ask] = useQuery({
    query: EventsQuery,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  const { isAiming, aim } = useAim();
  useReadAgain(refresh, {
    hasFailed: error !== undefined,
    changedBy: { webhookId: null },
    isHeld: isAiming,
  });

  const { after, before, ...filters } = search;
  const go = (next: EventFilterValues & Pick<EventsSearch, 'after' | 'before'>, replace = false) =>
    void navigate({ search: next, replace });
  const list = data?.events;
  const isFiltered = isAnySet(filters);
  const isBusy = fetching || stale;
  // Until the list of other filters has come, urql gives the one before.
  const isOther = JSON.stringify(operation?.variables) !== JSON.stringify(variables);
  const isFirstPage = after === undefined && before === undefined;
  const isNone = list?.nodes.length === 0 && !isFiltered && isFirstPage && !isBusy;
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Events"
        description="What happened on the platform, newest first."
        actions={
          <>
            <Button icon={RefreshCw} isBusy={isBusy} onClick={refresh}>
              Refresh
            </Button>
            <Link to="/event-types" className={classNames(buttonClasses(), 'md:hidden')}>
              Event types
            </Link>
            {mayWrite && <NewEventLink />}
          </>
        }
      />
      {!isNone && (
        <EventFilters value={filters} onChange={(next) => go(eventsSearchOf({ ...next }), true)} />
      )}
      <Card aria-busy={isBusy} onPointerMove={aim}>
        {list === undefined && error !== undefined && (
          <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
        )}
        {list === undefined && error === undefined && <SkeletonRows rows={12} columns={4} />}
        {list !== undefined && (
          <div className={classNames(isOther && 'opacity-60')}>
            {error !== undefined && (
              <p role="alert" className="bg-failed-soft px-4 py-2 text-sm text-failed">
                {faultMessage(error)}
              </p>
            )}
            {list.nodes.length > 0 ? (
              <EventTable events={list.nodes} />
            ) : (
              <NoEvents filters={filters} isFirstPage={isFirstPage} onClear={() => go({})} />
            )}
          </div>
        )}
      </Card>
      {list !== undefined && (
        <Pager
          label="Pages of events"
          hasPrevious={list.pageInfo.hasPreviousPage}
          hasNext={list.pageInfo.hasNextPage}
          onPrevious={() => go(eventsSearchOf({ ...filters, before: list.pageInfo.startCursor }))}
          onNext={() => go(eventsSearchOf({ ...filters, after: list.pageInfo.endCursor }))}
        />
      )}
    </div>
  );
}

function NewEventLink() {
  return (
    <Link to="/events/new" className={buttonClasses({ variant: 'primary' })}>
      <Plus aria-hidden className="size-4" />
      New event
    </Link>
  );
}

interface NoEventsProps {
  filters: EventFilterValues;
  isFirstPage: boolean;
  onClear: () => void;
}

function NoEvents({ filters, isFirstPage, onClear }: NoEventsProps) {
  const { mayWrite } = useSession();
  if (!isAnySet(filters) && isFirstPage) {
    return (
      <EmptyState icon={CalendarClock} title="No events yet" action={mayWrite && <NewEventLink />}>
        Trigger one here, or from your platform with the mutation eventTrigger: it then goes to
        every active webhook that subscribes to its type.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={isFirstPage ? 'No event fits' : 'No events on this page'}
      action={<Button onClick={onClear}>{isFirstPage ? 'Clear filters' : 'To the newest'}</Button>}
    >
      {filters.event === undefined ? (
        'Choose another type or a longer time. Old events are removed by retention.'
      ) : (
        <>
          None has exactly the id{' '}
          <span className="font-mono wrap-anywhere text-ink">{filters.event}</span>. Ids are
          compared whole, upper and lower case apart. Old events are removed by retention.
        </>
      )}
    </EmptyState>
  );
}

function variablesOf(search: EventsSearch): VariablesOf<typeof EventsQuery> {
  const { event, type, customer } = search;
  const createdAt = timeRangeOf(search);
  return {
    filter: {
      ...(event === undefined ? {} : { eventId: event }),
      ...(type === undefined ? {} : { types: [type] }),
      ...(customer === undefined ? {} : { customers: [customer] }),
      ...(createdAt === null ? {} : { createdAt }),
    },
    ...pageArguments(search, PAGE_SIZE),
  };
}
