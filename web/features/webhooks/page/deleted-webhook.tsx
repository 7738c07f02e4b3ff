import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useQuery } from 'urql';

import { Badge } from '../../../components/state/badge.tsx';
import { CopyableText } from '../../../components/copyable-text.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { graphql } from '../../../graphql/graphql.ts';
import { MissingWebhook } from './missing-webhook.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';

/** A deleted webhook is known by its deliveries alone, as long as there are any. */
const DeletedWebhookQuery = graphql(`
  query DeletedWebhook($ids: [ID!]!) {
    deliveries(filter: { webhookIds: $ids }, first: 1) {
      nodes {
        id
        webhook {
          id
          name
          url
          deletedAt
        }
      }
    }
  }
`);

/** The page of a webhook that is not there: what is left of it, or that nothing is. */
export function DeletedWebhook({ id }: { id: string }) {
  const [{ data, fetching }] = useQuery({ query: DeletedWebhookQuery, variables: { ids: [id] } });
  const webhook = data?.deliveries.nodes[0]?.webhook;
  if (webhook === undefined) return fetching ? null : <MissingWebhook />;
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={webhook.name}
        meta={<Badge icon={Trash2}>Deleted</Badge>}
        back={
          <Link to="/webhooks" className={linkClasses}>
            Webhooks
          </Link>
        }
        description={
          <>
            <p>
              Deleted <RelativeTime at={webhook.deletedAt} />. Nothing is sent to it any more; its
              deliveries stay until retention removes them.
            </p>
            <CopyableText value={webhook.url} label="URL" />
          </>
        }
      />
      <WebhookDeliveries webhookId={webhook.id} isDeleted />
    </div>
  );
}
