import { useState } from 'react';
import { useMutation } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Select, type SelectOption } from '../../../components/form/select.tsx';
import { useTellOutcome } from '../../../components/overlay/tell-outcome.ts';
import type { WebhookDetails } from '../webhook-details.ts';
import { PauseWebhookMutation } from '../webhook-mutations.ts';

type Length = 'hand' | '900' | '3600' | '14400' | '86400';

const LENGTHS: readonly SelectOption<Length>[] = [
  { value: 'hand', label: 'Until it is resumed by hand' },
  { value: '900', label: '15 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '14400', label: '4 hours' },
  { value: '86400', label: '24 hours' },
];

export interface PauseWebhookProps {
  webhook: Pick<WebhookDetails, 'id' | 'name'>;
  onClose: () => void;
}

/** Holds a webhook's deliveries, for a while or until somebody resumes it. */
export function PauseWebhook({ webhook, onClose }: PauseWebhookProps) {
  const tellOutcome = useTellOutcome();
  const [length, setLength] = useState<Length>('hand');
  const [{ fetching }, pause] = useMutation(PauseWebhookMutation);

  async function submit(): Promise<void> {
    if (fetching) return;
    const until =
      length === 'hand' ? null : new Date(Date.now() + Number(length) * 1_000).toISOString();
    const { data, error } = await pause({ input: { id: webhook.id, until } });
    const isPaused = tellOutcome({
      error,
      userErrors: data?.webhookPause.userErrors,
      done: 'Webhook paused',
      notDone: 'Not paused',
    });
    if (isPaused) onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Pause ${webhook.name}?`}
      description="Deliveries are made and wait, none is lost. Tests and retries by hand go out."
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={fetching}>
            Pause
          </Button>
        </>
      }
    >
      <Field label="For how long">
        {(ids) => (
          <Select
            {...ids}
            label="For how long"
            value={length}
            onChange={setLength}
            options={LENGTHS}
          />
        )}
      </Field>
    </Dialog>
  );
}
