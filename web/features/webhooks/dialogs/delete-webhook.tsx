import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';

import { ConfirmDialog } from '../../../components/dialog/confirm-dialog.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import type { WebhookDetails } from '../webhook-details.ts';
import { DeleteWebhookMutation } from '../webhook-mutations.ts';

export interface DeleteWebhookProps {
  webhook: Pick<WebhookDetails, 'id' | 'name'>;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks for the name, deletes, and goes to the list. */
export function DeleteWebhook({ webhook, onClose, onDeleted }: DeleteWebhookProps) {
  const { id, name } = webhook;
  const navigate = useNavigate();
  const toast = useToast();
  const [, remove] = useMutation(DeleteWebhookMutation);
  const [fault, setFault] = useState<string | null>(null);

  async function confirm(): Promise<void> {
    setFault(null);
    const { data, error } = await remove({ input: { id } });
    const message =
      error === undefined ? data?.webhookDelete.userErrors[0]?.message : faultMessage(error);
    if (message !== undefined) return setFault(message);
    onDeleted();
    toast.show({ title: `${name} deleted`, tone: 'success' });
    await navigate({ to: '/webhooks' });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Delete this webhook?"
      confirmLabel="Delete webhook"
      typeToConfirm={name}
      onConfirm={confirm}
      error={fault}
    >
      It cannot be undone. What is still to be sent to it ends as failed; its deliveries so far stay
      on record until retention removes them.
    </ConfirmDialog>
  );
}
