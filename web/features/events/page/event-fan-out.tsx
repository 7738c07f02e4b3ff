import { useQuery } from 'urql';

import { Card, CardHeader } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { FanOutDecisionFragment, FanOutList } from './fan-out-list.tsx';

const FanOutQuery = graphql(
  `
    query EventFanOut($id: ID!, $after: String) {
      event(id: $id) {
        id
        fanOut(first: 50, after: $after) {
          nodes {
            ...FanOutDecisionRow
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    }
  `,
  [FanOutDecisionFragment],
);

/** Why an event went where it went: each webhook that subscribed to it, with what became of it there. */
export function EventFanOut({ id, type }: { id: string; type: string }) {
  const [{ data, error }, ask] = useQuery({ query: FanOutQuery, variables: { id, after: null } });
  const fanOut = data?.event?.fanOut;
  return (
    <Card>
      <CardHeader title="Why" description="Each webhook that subscribed when it was triggered." />
      {fanOut === undefined && error === undefined && (
        <SkeletonRows rows={3} columns={1} rowClassName="h-14" />
      )}
      {fanOut === undefined && error !== undefined && (
        <ErrorState
          error={{ message: faultMessage(error) }}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      {fanOut?.nodes.length === 0 && (
        <p className="px-4 py-6 text-center text-sm text-muted">No webhook subscribed to {type}.</p>
      )}
      {fanOut !== undefined && <FanOutList label="Why" decisions={fanOut.nodes} />}
      {fanOut?.pageInfo.hasNextPage === true && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
          The newest 50 webhooks are shown.
        </p>
      )}
    </Card>
  );
}
