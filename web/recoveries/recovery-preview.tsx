import { useQuery } from 'urql';

import { ErrorState } from '../components/state/error-state.tsx';
import { Skeleton } from '../components/state/skeleton.tsx';
import { RelativeTime } from '../components/time/relative-time.tsx';
import { faultMessage } from '../graphql/fault-message.ts';
import { graphql, type ResultOf, type VariablesOf } from '../graphql/graphql.ts';
import { formatCount, formatPlural } from '../lib/number-format.ts';

const PreviewQuery = graphql(`
  query RecoveryPreview($input: RecoveryCreateInput!) {
    recoveryPreview(input: $input) {
      count
      isExact
      newestEvents {
        id
        type
        eventId
        createdAt
      }
      userErrors {
        message
      }
    }
  }
`);

export type RecoveryInput = VariablesOf<typeof PreviewQuery>['input'];
type Counted = ResultOf<typeof PreviewQuery>['recoveryPreview'];

/** What a recovery would bring back, as far as that is known. */
export interface Preview {
  /** Null while it is being counted, or cannot be. */
  counted: Counted | null;
  fault: string | null;
  ask: () => void;
}

/** Counts what a recovery would bring back, each time it is shown anew; nothing for null. */
export function useRecoveryPreview(input: RecoveryInput | null): Preview {
  const [{ data, error, fetching }, ask] = useQuery({
    query: PreviewQuery,
    variables: { input: input ?? {} },
    pause: input === null,
    requestPolicy: 'network-only',
  });
  const counted = input === null || fetching ? null : (data?.recoveryPreview ?? null);
  const refused = counted?.userErrors[0]?.message ?? null;
  return {
    counted: refused === null ? counted : null,
    fault: fetching ? null : error === undefined ? refused : faultMessage(error),
    ask: () => ask({ requestPolicy: 'network-only' }),
  };
}

/** `754 deliveries`; `about 1,200,000 events` where they were too many to count. */
export function countedInWords({ count, isExact }: Counted, one: string, many: string): string {
  return isExact ? formatPlural(count, one, many) : `about ${formatCount(count)} ${many}`;
}

/** The newest of the events that it is about, or why that cannot be told. */
export function NewestEvents({ preview }: { preview: Preview }) {
  const { counted, fault, ask } = preview;
  if (fault !== null) return <ErrorState error={{ message: fault }} onRetry={ask} />;
  if (counted === null) return <Skeleton className="h-24 rounded-md" />;
  if (counted.newestEvents.length === 0) return null;
  const more = counted.count > counted.newestEvents.length;
  return (
    <div>
      <p className="mb-1 text-xs text-muted">{more ? 'The newest of them' : 'Which'}</p>
      <ul
        aria-label="The newest events"
        className="divide-y divide-line rounded-md border border-line text-sm"
      >
        {counted.newestEvents.map(({ id, type, eventId, createdAt }) => (
          <li key={id} className="flex items-baseline gap-3 px-3 py-1.5">
            <span className="shrink-0 font-medium">{type}</span>
            <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted">{eventId}</span>
            <RelativeTime at={createdAt} className="shrink-0 text-muted" />
          </li>
        ))}
      </ul>
    </div>
  );
}
