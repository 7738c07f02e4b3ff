import { Link } from '@tanstack/react-router';
import { Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';

import { rowLinkClasses } from '../../components/link.tsx';
import { Badge } from '../../components/state/badge.tsx';
import { buttonClasses } from '../../components/form/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchInput } from '../../components/form/search-input.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { groupsOf } from '../../graphql/event-types.ts';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { formatCounted } from '../../lib/number-format.ts';
import { useSession } from '../../session/session.tsx';

const EventTypesQuery = graphql(`
  query EventTypesWithUses {
    eventTypes(includeDeprecated: true) {
      id
      name
      group
      description
      validation
      deprecatedAt
      webhookCount
      eventCount
    }
  }
`);

type Row = ResultOf<typeof EventTypesQuery>['eventTypes'][number];

/** As far as the server counts. */
const MOST_COUNTED = 1_000;

/** All event types, with what is done with each. */
export function EventTypesPage() {
  const { mayWrite } = useSession();
  const [text, setText] = useState('');
  const [{ data, error }, ask] = useQuery({
    query: EventTypesQuery,
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useReadAgain(refresh, { hasFailed: error !== undefined });
  const found = data?.eventTypes.filter((type) => fits(type, text));
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Event types"
        description="What can be triggered and subscribed to."
        actions={
          mayWrite && (
            <Link to="/event-types/new" className={buttonClasses({ variant: 'primary' })}>
              <Plus aria-hidden className="size-4" />
              New event type
            </Link>
          )
        }
      />
      <search>
        <SearchInput
          label="Search event types"
          placeholder="Name, group or description"
          shortcut="/"
          value={text}
          onChange={setText}
          className="w-full sm:w-72"
        />
      </search>
      <Card>
        {found === undefined &&
          (error === undefined ? (
            <SkeletonRows rows={10} columns={4} />
          ) : (
            <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
          ))}
        {found?.length === 0 && <EmptyState icon={SearchX} title="No event type fits" />}
        {found !== undefined && found.length > 0 && <EventTypeTable types={found} />}
      </Card>
    </div>
  );
}

function EventTypeTable({ types }: { types: readonly Row[] }) {
  return (
    <table
      aria-label="Event types"
      className="w-full table-fixed border-collapse text-left text-sm"
    >
      <thead className="text-xs text-muted max-sm:sr-only">
        <tr className="h-9">
          <th scope="col" className="pl-4 font-medium">
            Event type
          </th>
          <th scope="col" className="hidden w-32 pl-4 font-medium md:table-cell">
            Schema
          </th>
          <th scope="col" className="w-24 pr-4 pl-4 text-right font-medium sm:pr-0">
            Webhooks
          </th>
          <th scope="col" className="hidden w-28 pr-4 pl-4 text-right font-medium sm:table-cell">
            Events, 24 h
          </th>
        </tr>
      </thead>
      {groupsOf(types).map(([group, members]) => (
        <tbody key={group}>
          <tr className="border-t border-line bg-hover/40">
            <th scope="rowgroup" colSpan={4} className="h-8 pl-4 text-xs font-medium text-muted">
              {group}
            </th>
          </tr>
          {members.map((type) => (
            <EventTypeRow key={type.id} type={type} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function EventTypeRow({ type }: { type: Row }) {
  const { name, description, validation, deprecatedAt, webhookCount, eventCount } = type;
  return (
    <tr className="relative border-t border-line hover:bg-hover/60">
      <td className="py-2 pl-4">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to="/event-types/$name"
            params={{ name }}
            className={`truncate font-mono text-xs font-medium ${rowLinkClasses}`}
          >
            {name}
          </Link>
          {deprecatedAt !== null && <Badge>deprecated</Badge>}
        </span>
        {description !== null && (
          <span className="block truncate text-xs text-muted">{description}</span>
        )}
      </td>
      <td className="hidden pl-4 md:table-cell">
        {validation === 'NONE' ? (
          <span className="text-muted">–</span>
        ) : (
          <Badge tone={validation === 'REJECT' ? 'accent' : 'retrying'}>
            {validation === 'REJECT' ? 'Rejects' : 'Warns'}
          </Badge>
        )}
      </td>
      <td className="pr-4 pl-4 text-right tabular-nums sm:pr-0">{counted(webhookCount)}</td>
      <td className="hidden pr-4 pl-4 text-right tabular-nums sm:table-cell">
        {counted(eventCount)}
      </td>
    </tr>
  );
}

const counted = (count: number) => formatCounted(count, MOST_COUNTED);

function fits({ name, group, description }: Row, text: string): boolean {
  const sought = text.trim().toLowerCase();
  return `${name} ${group} ${description ?? ''}`.toLowerCase().includes(sought);
}
