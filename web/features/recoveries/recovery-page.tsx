import { getRouteApi, Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';

import { Button, buttonClasses } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/dialog/confirm-dialog.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { linkClasses } from '../../components/link.tsx';
import { useTellOutcome } from '../../components/overlay/tell-outcome.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { titleOf } from '../../recoveries/asked-for.ts';
import { CancelRecoveryMutation } from '../../recoveries/recovery-mutations.ts';
import { RecoveryStatus } from '../../recoveries/recovery-status.tsx';
import {
  isRunning,
  RecoveryStateFragment,
  useFollowedRecovery,
} from '../../recoveries/recovery-state.ts';
import { useSession } from '../../session/session.tsx';
import { RecoveryDetails } from './recovery-details.tsx';
import { RecoveryProgress } from './recovery-progress-card.tsx';

const RecoveryQuery = graphql(
  `
    query Recovery($id: ID!) {
      recovery(id: $id) {
        ...RecoveryState
        createdBy {
          id
          name
        }
      }
    }
  `,
  [RecoveryStateFragment],
);

export type RecoveryOfPage = NonNullable<ResultOf<typeof RecoveryQuery>['recovery']>;

const route = getRouteApi('/recoveries/$recoveryId');

/** One recovery: how far it is, what it brings back, and the way to stop it. */
export function RecoveryPage() {
  const { recoveryId } = route.useParams();
  return <RecoveryView key={recoveryId} id={recoveryId} />;
}

function RecoveryView({ id }: { id: string }) {
  const [{ data, error, stale }, ask] = useQuery({
    query: RecoveryQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const recovery = data?.recovery ?? null;
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useFollowedRecovery(recovery);
  // Of one that was stopped no more is told, but what it put back still ends.
  const isUnderWay = recovery !== null && recovery.underWay > 0;
  useReadAgain(refresh, {
    hasFailed: error !== undefined,
    changedBy: isUnderWay ? { webhookId: null } : undefined,
  });
  if (data?.recovery === null && !stale) {
    return (
      <EmptyState
        isWholePage
        icon={SearchX}
        title="Recovery not found"
        action={
          <Link to="/recoveries" className={buttonClasses()}>
            Recoveries
          </Link>
        }
      >
        It may be gone with retention, or the address is mistyped.
      </EmptyState>
    );
  }
  if (recovery === null) {
    if (error === undefined) return <PageSkeleton />;
    return <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={titleOf(recovery)}
        meta={<RecoveryStatus recovery={recovery} />}
        back={<BackLink />}
        actions={isRunning(recovery) && <Cancel id={id} />}
      />
      <RecoveryProgress recovery={recovery} />
      <Card>
        <CardHeader title="Details" />
        <RecoveryDetails recovery={recovery} />
      </Card>
    </div>
  );
}

function Cancel({ id }: { id: string }) {
  const { mayWrite } = useSession();
  const tellOutcome = useTellOutcome();
  const [isAsked, setIsAsked] = useState(false);
  const [, cancel] = useMutation(CancelRecoveryMutation);
  if (!mayWrite) return null;
  return (
    <>
      <Button onClick={() => setIsAsked(true)}>Cancel recovery</Button>
      <ConfirmDialog
        open={isAsked}
        onOpenChange={setIsAsked}
        title="Cancel this recovery?"
        confirmLabel="Cancel recovery"
        onConfirm={async () => {
          const { data, error } = await cancel({ input: { id } });
          tellOutcome({
            error,
            userErrors: data?.recoveryCancel.userErrors,
            done: 'Recovery cancelled',
            notDone: 'Not cancelled',
          });
          setIsAsked(false);
        }}
      >
        Nothing more is put back. What was put back already goes its way. The rest can be brought
        back later by another one.
      </ConfirmDialog>
    </>
  );
}

function BackLink() {
  return (
    <Link to="/recoveries" className={linkClasses}>
      Recoveries
    </Link>
  );
}

function PageSkeleton() {
  return (
    <output aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-16 w-72" />
      <Skeleton className="h-40 rounded-lg" />
      <Skeleton className="h-64 rounded-lg" />
    </output>
  );
}
