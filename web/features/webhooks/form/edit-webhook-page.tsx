import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery, useMutation } from 'urql';
import { useState } from 'react';

import { ErrorState } from '../../../components/state/error-state.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import type { UserFault } from '../../../graphql/user-faults.ts';
import { useFormFacts, type FormFacts } from '../../../graphql/form-facts.ts';
import { FormSkeleton } from './form-skeleton.tsx';
import { MissingWebhook } from '../page/missing-webhook.tsx';
import { WebhookDetailsFragment, type WebhookDetails } from '../webhook-details.ts';
import { draftOf, updateInputOf, type WebhookDraft } from './webhook-draft.ts';
import { WebhookForm } from './webhook-form.tsx';
import { HeldCountQuery } from '../held-count.ts';
import { UpdateWebhookMutation } from '../webhook-mutations.ts';
import { WritersOnly } from './writers-only.tsx';

const EditedWebhookQuery = graphql(
  `
    query EditedWebhook($id: ID!) {
      webhook(id: $id) {
        ...WebhookDetails
      }
    }
  `,
  [WebhookDetailsFragment],
);

const route = getRouteApi('/webhooks/$webhookId/edit');

/** Changes a webhook's settings. */
export function EditWebhookPage() {
  const { webhookId } = route.useParams();
  return (
    <WritersOnly>
      <EditedWebhook key={webhookId} id={webhookId} />
    </WritersOnly>
  );
}

function EditedWebhook({ id }: { id: string }) {
  const [{ data: facts, error: factsError }, askFactsAgain] = useFormFacts();
  const [{ data, error, stale }, askAgain] = useQuery({
    query: EditedWebhookQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  // As it was when it was opened: what comes later must not take away what is typed.
  const [opened, setOpened] = useState<WebhookDetails | null>(null);
  const webhook = opened ?? (stale ? null : data?.webhook);
  if (webhook != null && opened === null) setOpened(webhook);

  if (webhook === undefined || webhook === null || facts === undefined) {
    if (data?.webhook === null && !stale) return <MissingWebhook />;
    const fault = error ?? factsError;
    return (
      <div className="flex flex-col gap-4">
        <PageHeader title="Edit webhook" back={<BackLink id={id} name="Webhook" />} />
        {fault === undefined ? (
          <FormSkeleton />
        ) : (
          <ErrorState
            error={{ message: faultMessage(fault) }}
            onRetry={() => {
              askFactsAgain({ requestPolicy: 'network-only' });
              askAgain({ requestPolicy: 'network-only' });
            }}
          />
        )}
      </div>
    );
  }
  return <EditForm webhook={webhook} facts={facts} />;
}

function EditForm({ webhook, facts }: { webhook: WebhookDetails; facts: FormFacts }) {
  const { id } = webhook;
  const navigate = route.useNavigate();
  const toast = useToast();
  const [initial] = useState(() => draftOf(webhook, facts.installation.defaultTimeout));
  const [{ data: held }] = useQuery({
    query: HeldCountQuery,
    variables: { id },
    pause: webhook.oldestDueAt === null,
  });
  const [, update] = useMutation(UpdateWebhookMutation);
  // In the form's place: back from the webhook leads to where the reader was before.
  const toWebhook = (ignoreBlocker: boolean) =>
    navigate({
      to: '/webhooks/$webhookId',
      params: { webhookId: id },
      replace: true,
      ignoreBlocker,
    });

  async function submit(draft: WebhookDraft): Promise<readonly UserFault[] | null> {
    const input = updateInputOf(id, initial, draft);
    if (input !== null) {
      const { data, error } = await update({ input });
      if (error !== undefined) {
        toast.show({ title: 'Not saved', description: faultMessage(error), tone: 'failed' });
        return null;
      }
      const faults = data?.webhookUpdate.userErrors ?? [];
      if (faults.length > 0) return faults;
      toast.show({ title: 'Webhook saved', tone: 'success' });
    }
    void toWebhook(true);
    return [];
  }

  return (
    <div className="flex flex-col gap-4">
      <PageHeader title="Edit webhook" back={<BackLink id={id} name={initial.name} />} />
      <WebhookForm
        initial={initial}
        facts={facts}
        submitLabel="Save changes"
        isNew={false}
        waiting={held?.webhook?.heldCount}
        onSubmit={submit}
        onCancel={() => void toWebhook(false)}
        isSaved={false}
      />
    </div>
  );
}

function BackLink({ id, name }: { id: string; name: string }) {
  return (
    <Link to="/webhooks/$webhookId" params={{ webhookId: id }} className={linkClasses}>
      {name}
    </Link>
  );
}
