import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';

import { CopyableText } from '../../../components/copyable-text.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Skeleton } from '../../../components/state/skeleton.tsx';
import { WebhookState } from '../../../components/state/webhook-state.tsx';
import { CustomerLink } from '../../../customers/customer-link.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { useSession } from '../../../session/session.tsx';
import { RecoverWebhook } from '../dialogs/recover-webhook.tsx';
import { DeletedWebhook } from './deleted-webhook.tsx';
import { CircuitBanner } from './circuit-banner.tsx';
import { PauseBanner } from './pause-banner.tsx';
import { OffBanner } from './off-banner.tsx';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';
import { WebhookDetailsFragment, type WebhookDetails } from '../webhook-details.ts';
import { WebhookNumbers } from './webhook-numbers.tsx';
import { WebhookSettings } from './webhook-settings.tsx';

const WebhookQuery = graphql(
  `
    query Webhook($id: ID!) {
      webhook(id: $id) {
        ...WebhookDetails
      }
    }
  `,
  [WebhookDetailsFragment],
);

const route = getRouteApi('/webhooks/$webhookId');

/** One webhook: how it is doing, what it is sent, and what can be done with it. */
export function WebhookPage() {
  const { webhookId } = route.useParams();
  return <WebhookView key={webhookId} id={webhookId} />;
}

function WebhookView({ id }: { id: string }) {
  const [isDeleted, setIsDeleted] = useState(false);
  const [{ data, error, stale }, askAgain] = useQuery({
    query: WebhookQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const webhook = data?.webhook;
  useReadAgain(() => askAgain({ requestPolicy: 'network-only' }), {
    hasFailed: error !== undefined,
    changedBy: webhook ? { webhookId: id } : undefined,
  });

  // On the way to the list, what was deleted is not missed.
  if (webhook === null && !stale && !isDeleted) return <DeletedWebhook id={id} />;
  if (webhook === undefined || webhook === null) {
    if (error === undefined) return <PageSkeleton />;
    return (
      <ErrorState
        error={{ message: faultMessage(error) }}
        onRetry={() => askAgain({ requestPolicy: 'network-only' })}
      />
    );
  }
  return <WebhookContent webhook={webhook} onDeleted={() => setIsDeleted(true)} />;
}

interface WebhookContentProps {
  webhook: WebhookDetails;
  onDeleted: () => void;
}

function WebhookContent({ webhook, onDeleted }: WebhookContentProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { mayWrite } = useSession();
  const [recovery, setRecovery] = useState<{ offSince: string | null } | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={webhook.name}
        meta={<WebhookState {...webhook} />}
        back={<BackLink />}
        description={
          <>
            {webhook.description !== null && <p>{webhook.description}</p>}
            {webhook.customer !== null && (
              <p>
                Of <CustomerLink customer={webhook.customer} />
              </p>
            )}
            <CopyableText value={webhook.url} label="URL" />
          </>
        }
        actions={
          mayWrite && (
            <WebhookActions
              webhook={webhook}
              onDeleted={onDeleted}
              onRecover={() => setRecovery({ offSince: null })}
            />
          )
        }
      />
      <OffBanner webhook={webhook} onRecover={(offSince) => setRecovery({ offSince })} />
      {webhook.isPaused && <PauseBanner webhook={webhook} />}
      <CircuitBanner webhook={webhook} />
      <WebhookNumbers
        webhookId={webhook.id}
        createdAt={webhook.createdAt}
        search={search}
        onRange={(range) => void navigate({ search: range, replace: true })}
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <WebhookDeliveries webhookId={webhook.id} />
        <WebhookSettings webhook={webhook} />
      </div>
      {recovery !== null && (
        <RecoverWebhook webhook={webhook} {...recovery} onClose={() => setRecovery(null)} />
      )}
    </div>
  );
}

function BackLink() {
  return (
    <Link to="/webhooks" className={linkClasses}>
      Webhooks
    </Link>
  );
}

function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <div>
        <div className="mb-1 text-sm">
          <BackLink />
        </div>
        <Skeleton className="h-9 w-72" />
        <Skeleton className="mt-1 h-7 w-96 max-w-full" />
      </div>
      <Skeleton className="h-53 rounded-lg" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <Skeleton className="h-112 rounded-lg" />
        <Skeleton className="h-112 rounded-lg" />
      </div>
    </div>
  );
}
