import { useState } from 'react';
import { useMutation } from 'urql';

import { ConfirmDialog } from '../../components/dialog/confirm-dialog.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { RevokeApiKeyMutation, type ApiKeyRow } from './api-key-operations.ts';

export interface RevokeApiKeyProps {
  apiKey: Pick<ApiKeyRow, 'id' | 'name'>;
  /** Whether it is the one that this session is of. */
  isOwn: boolean;
  onClose: () => void;
  onRevoked: () => void;
}

/** Says what will stop, and revokes. */
export function RevokeApiKey({ apiKey, isOwn, onClose, onRevoked }: RevokeApiKeyProps) {
  const { id, name } = apiKey;
  const toast = useToast();
  const [, revoke] = useMutation(RevokeApiKeyMutation);
  const [fault, setFault] = useState<string | null>(null);

  async function confirm(): Promise<void> {
    setFault(null);
    const { data, error } = await revoke({ input: { id } });
    const message =
      error === undefined ? data?.apiKeyRevoke.userErrors[0]?.message : faultMessage(error);
    if (message !== undefined) return setFault(message);
    onRevoked();
    if (!isOwn) toast.show({ title: `${name} revoked`, tone: 'success' });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Revoke ${name}?`}
      confirmLabel="Revoke key"
      onConfirm={confirm}
      error={fault}
    >
      <p>
        Requests with it are refused at once, and its open connections close within seconds. It
        cannot be undone.
      </p>
      {isOwn && (
        <p className="mt-2 font-medium text-failed">
          This is the key you are signed in with: you will be signed out.
        </p>
      )}
    </ConfirmDialog>
  );
}
