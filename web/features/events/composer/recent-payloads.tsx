import { History } from 'lucide-react';
import { useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Popover } from '../../../components/overlay/popover.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { prettyExact } from '../../../lib/json/exact-numbers.ts';

const RecentQuery = graphql(`
  query RecentPayloads($type: String!) {
    events(filter: { types: [$type] }, first: 8) {
      nodes {
        id
        eventId
        createdAt
        payload
      }
    }
  }
`);

export interface RecentPayloadsProps {
  type: string;
  /** As it would be written by hand. */
  onChoose: (payload: string) => void;
}

/** The payloads of the newest events of a type, to begin with. */
export function RecentPayloads({ type, onChoose }: RecentPayloadsProps) {
  return (
    <Popover
      label="Recent payloads"
      align="end"
      className="w-96 p-1!"
      trigger={
        <Button size="sm" variant="ghost" icon={History}>
          Recent
        </Button>
      }
    >
      {(close) => (
        <Choices
          type={type}
          onChoose={(payload) => {
            onChoose(payload);
            close();
          }}
        />
      )}
    </Popover>
  );
}

function Choices({ type, onChoose }: RecentPayloadsProps) {
  const [{ data, error }] = useQuery({
    query: RecentQuery,
    variables: { type },
    requestPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error === undefined) return <SkeletonRows rows={3} columns={1} rowClassName="h-12" />;
    return (
      <p role="alert" className="p-3 text-sm text-failed">
        {faultMessage(error)}
      </p>
    );
  }
  const { nodes } = data.events;
  if (nodes.length === 0) {
    return <p className="p-3 text-sm text-muted">There are no events of this type yet.</p>;
  }
  return (
    <ul>
      {nodes.map(({ id, eventId, createdAt, payload }) => (
        <li key={id}>
          <button
            type="button"
            onClick={() => onChoose(prettyExact(payload))}
            className="block w-full rounded-md px-2.5 py-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="truncate font-mono text-xs">{eventId}</span>
              <RelativeTime at={createdAt} className="shrink-0 text-xs text-muted" />
            </span>
            <span className="block truncate font-mono text-xs text-muted">
              {JSON.stringify(payload)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
