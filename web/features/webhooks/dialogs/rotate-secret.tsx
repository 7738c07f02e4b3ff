import { useState } from 'react';
import { useMutation } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Select, type SelectOption } from '../../../components/form/select.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { SecretDialog } from './secret-dialog.tsx';
import type { WebhookDetails } from '../webhook-details.ts';
import { RotateSecretMutation } from '../webhook-mutations.ts';

type Grace = '0' | '3600' | '86400' | '259200' | '604800';

const GRACES: readonly SelectOption<Grace>[] = [
  { value: '0', label: 'None: the old secret stops at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '24 hours' },
  { value: '259200', label: '3 days' },
  { value: '604800', label: '7 days' },
];

export interface RotateSecretProps {
  webhook: Pick<WebhookDetails, 'id' | 'name'>;
  onClose: () => void;
}

/** Gives a webhook a new secret, and shows it this once. */
export function RotateSecret({ webhook, onClose }: RotateSecretProps) {
  const toast = useToast();
  const [grace, setGrace] = useState<Grace>('86400');
  const [{ fetching }, rotate] = useMutation(RotateSecretMutation);
  const [fault, setFault] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const graceText = GRACES.find(({ value }) => value === grace)?.label ?? '';

  async function submit(): Promise<void> {
    if (fetching) return;
    setFault(null);
    const { data, error } = await rotate({
      input: { id: webhook.id, gracePeriodSeconds: Number(grace) },
    });
    if (error !== undefined) {
      toast.show({ title: 'Not rotated', description: faultMessage(error), tone: 'failed' });
      return;
    }
    setFault(data?.webhookSecretRotate.userErrors[0]?.message ?? null);
    setSecret(data?.webhookSecretRotate.secret ?? null);
  }

  if (secret !== null) {
    return (
      <SecretDialog
        title="Secret rotated"
        secret={secret}
        note={
          grace === '0'
            ? 'The old secret has stopped: give this one to the receiver now.'
            : `For ${graceText} deliveries carry signatures of both secrets.`
        }
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Rotate secret"
      description={`Makes a new signing secret for ${webhook.name}.`}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={fetching}>
            Rotate secret
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Grace period" error={fault}>
          {(ids) => (
            <Select
              {...ids}
              label="Grace period"
              value={grace}
              onChange={setGrace}
              options={GRACES}
            />
          )}
        </Field>
        <div className="flex flex-col gap-2 text-sm text-muted">
          {grace === '0' ? (
            <p>
              Right for a secret that has leaked. Until the receiver has the new one, it refuses
              what it is sent; the attempts after that succeed.
            </p>
          ) : (
            <>
              <p>
                For {graceText} the header <Mono>webhook-signature</Mono> holds two signatures, the
                new secret’s and the old one’s: the receiver can be given the new secret at any time
                until then.
              </p>
              <p>
                <Mono>X-Webhook-Signature</Mono> has room for one and is made with the new secret at
                once.
              </p>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Mono({ children }: { children: string }) {
  return <code className="font-mono text-xs text-ink">{children}</code>;
}
