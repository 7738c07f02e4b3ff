import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';

import { ErrorState } from '../../../components/state/error-state.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import type { UserFault } from '../../../graphql/user-faults.ts';
import { useFormFacts } from '../../../graphql/form-facts.ts';
import { FormSkeleton } from './form-skeleton.tsx';
import { WritersOnly } from './writers-only.tsx';
import { SecretDialog } from '../dialogs/secret-dialog.tsx';
import { createInputOf, EMPTY_DRAFT, type WebhookDraft } from './webhook-draft.ts';
import { WebhookForm } from './webhook-form.tsx';
import { CreateWebhookMutation } from '../webhook-mutations.ts';

const route = getRouteApi('/webhooks/new');

/** Makes a webhook, and shows its secret this once. */
export function NewWebhookPage() {
  const { customer } = route.useSearch();
  const navigate = useNavigate();
  const toast = useToast();
  const [{ data: facts, error }, askAgain] = useFormFacts();
  const [, create] = useMutation(CreateWebhookMutation);
  const [made, setMade] = useState<{ id: string; secret: string } | null>(null);

  async function submit(draft: WebhookDraft): Promise<readonly UserFault[] | null> {
    const { data, error } = await create({ input: createInputOf(draft) });
    if (error !== undefined) {
      toast.show({ title: 'Not created', description: faultMessage(error), tone: 'failed' });
      return null;
    }
    const payload = data?.webhookCreate;
    const id = payload?.webhook?.id;
    const secret = payload?.secret ?? null;
    if (id !== undefined && secret !== null) setMade({ id, secret });
    return payload?.userErrors ?? [];
  }

  return (
    <WritersOnly>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="New webhook"
          back={
            <Link to="/webhooks" className={linkClasses}>
              Webhooks
            </Link>
          }
        />
        {facts !== undefined ? (
          <WebhookForm
            initial={{ ...EMPTY_DRAFT, customer: customer ?? null }}
            facts={facts}
            submitLabel="Create webhook"
            isNew
            onSubmit={submit}
            onCancel={() => void navigate({ to: '/webhooks' })}
            isSaved={made !== null}
          />
        ) : error === undefined ? (
          <FormSkeleton />
        ) : (
          <ErrorState
            error={{ message: faultMessage(error) }}
            onRetry={() => askAgain({ requestPolicy: 'network-only' })}
          />
        )}
        {made !== null && (
          <SecretDialog
            title="Webhook created"
            secret={made.secret}
            onClose={() =>
              void navigate({
                to: '/webhooks/$webhookId',
                params: { webhookId: made.id },
                replace: true,
                ignoreBlocker: true,
              })
            }
          />
        )}
      </div>
    </WritersOnly>
  );
}
