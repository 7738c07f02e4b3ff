import { useSubscription } from 'urql';

import { graphql, type ResultOf } from '../graphql/graphql.ts';

/** What a recovery brings back and how far it is. */
export const RecoveryStateFragment = graphql(`
  fragment RecoveryState on Recovery @_unmask {
    id
    kind
    status
    filter
    estimated
    queued
    succeeded
    failed
    underWay
    skipped
    perSecond
    createdAt
    startedAt
    completedAt
  }
`);

export type RecoveryState = ResultOf<typeof RecoveryStateFragment>;

const RecoveryUpdated = graphql(
  `
    subscription RecoveryUpdated($id: ID!) {
      recoveryUpdated(id: $id) {
        ...RecoveryState
      }
    }
  `,
  [RecoveryStateFragment],
);

/** Whether it goes on. One that was cancelled does not, though what it put back is on its way. */
export function isRunning({ status }: Pick<RecoveryState, 'status'>): boolean {
  return status === 'ESTIMATING' || status === 'RUNNING';
}

/** Keeps a recovery true, wherever on the page it is shown, until it has ended; none for null. */
export function useFollowedRecovery(recovery: Pick<RecoveryState, 'id' | 'status'> | null): void {
  useSubscription({
    query: RecoveryUpdated,
    variables: { id: recovery?.id ?? '' },
    pause: recovery === null || !isRunning(recovery),
  });
}
