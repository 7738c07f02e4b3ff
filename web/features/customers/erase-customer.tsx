import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';

import { ConfirmDialog } from '../../components/dialog/confirm-dialog.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { EraseCustomerMutation } from './customer-mutations.ts';

export interface EraseCustomerProps {
  customer: { readonly key: string; readonly name: string };
  onClose: () => void;
}

/** Asks for the key, erases, and goes to the list. */
export function EraseCustomer({ customer: { key, name }, onClose }: EraseCustomerProps) {
  const navigate = useNavigate();
  const toast = useToast();
  const [, erase] = useMutation(EraseCustomerMutation);
  const [fault, setFault] = useState<string | null>(null);

  async function confirm(): Promise<void> {
    setFault(null);
    const { data, error } = await erase({ input: { key } });
    const message =
      error === undefined ? data?.customerErase.userErrors[0]?.message : faultMessage(error);
    if (message !== undefined) return setFault(message);
    toast.show({ title: `${name} erased`, tone: 'success' });
    await navigate({ to: '/customers' });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Erase this customer?"
      confirmLabel="Erase customer"
      typeToConfirm={key}
      onConfirm={confirm}
      error={fault}
    >
      It cannot be undone. Its webhooks are deleted and nothing more is sent to them; its events,
      deliveries and their records are removed within minutes, those to the platform’s own webhooks
      too.
    </ConfirmDialog>
  );
}
