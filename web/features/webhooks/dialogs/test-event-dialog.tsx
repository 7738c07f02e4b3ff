import { useState } from 'react';
import { useMutation } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Select } from '../../../components/form/select.tsx';
import { TextArea } from '../../../components/form/text-input.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { parseExact, prettyExact } from '../../../lib/json/exact-numbers.ts';
import { readPayload } from '../../../lib/json/json-faults.ts';
import { standsFor, useEventTypes, type EventType } from '../../../graphql/event-types.ts';
import { messagesAt, messagesElsewhere, type UserFault } from '../../../graphql/user-faults.ts';
import { TestDelivery, type TestDeliveryProps } from './test-delivery.tsx';
import type { WebhookDetails } from '../webhook-details.ts';
import { TestWebhookMutation } from '../webhook-mutations.ts';

const NONE: readonly UserFault[] = [];

export interface TestEventDialogProps {
  webhook: WebhookDetails;
  onClose: () => void;
}

/** Sends a test event to one webhook and shows its delivery happen. */
export function TestEventDialog({ webhook, onClose }: TestEventDialogProps) {
  const toast = useToast();
  const types = useEventTypes();
  const [chosen, setChosen] = useState<string | null>(null);
  /** What was typed; null while it is the type's sample. */
  const [typed, setTyped] = useState<string | null>(null);
  const [userFaults, setUserFaults] = useState(NONE);
  const [sent, setSent] = useState<Omit<TestDeliveryProps, 'type'> | null>(null);
  const [{ fetching }, send] = useMutation(TestWebhookMutation);

  const type = types.find(({ name }) => name === chosen) ?? firstOf(types, webhook);
  const text = typed ?? prettyExact(type?.sample);
  const fault = typed === null ? undefined : faultOf(typed);

  async function submit(): Promise<void> {
    if (fetching || type === undefined || fault !== undefined) return;
    const { data, error } = await send({
      input: {
        id: webhook.id,
        eventType: type.name,
        ...(typed === null ? {} : { payload: parseExact(typed) }),
      },
    });
    if (error !== undefined) {
      toast.show({ title: 'Not sent', description: faultMessage(error), tone: 'failed' });
      return;
    }
    setUserFaults(data?.webhookTest.userErrors ?? NONE);
    const delivery = data?.webhookTest.delivery;
    if (delivery === null || delivery === undefined) return;
    setSent({
      id: delivery.id,
      parents: { eventId: delivery.event.eventId, webhookId: delivery.webhook.id },
      notes: [
        ...delivery.event.fanOut.nodes.map(({ reason }) => reason),
        ...delivery.event.violations.map(
          ({ path, message }) => `The payload does not fit its schema: ${path || 'it'} ${message}.`,
        ),
      ],
    });
  }

  const shared = {
    open: true,
    onOpenChange: (open: boolean) => {
      if (!open) onClose();
    },
    title: 'Send test event',
  };
  if (sent !== null && type !== undefined) {
    return (
      <Dialog
        {...shared}
        description={`${type.name} to ${webhook.name}`}
        footer={
          <>
            <Button onClick={() => setSent(null)}>Send another</Button>
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
          </>
        }
      >
        <TestDelivery key={sent.id} {...sent} />
      </Dialog>
    );
  }
  return (
    <Dialog
      {...shared}
      description={`Goes to ${webhook.name} alone, whatever it subscribes to. Signed and retried like any other, and left out of the numbers.`}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            isBusy={fetching}
            disabled={type === undefined || fault !== undefined}
          >
            Send test event
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="Event type"
          error={messagesAt(userFaults, 'eventType')}
          hint={type?.description}
        >
          {(ids) => (
            <Select
              {...ids}
              label="Event type"
              value={type?.name ?? ''}
              onChange={(name) => {
                setChosen(name);
                setTyped(null);
              }}
              options={types.map(({ name }) => ({ value: name, label: name }))}
            />
          )}
        </Field>
        <Field
          label="Payload"
          error={
            fault ?? [
              ...messagesAt(userFaults, 'payload'),
              ...messagesElsewhere(userFaults, ['payload', 'eventType']),
            ]
          }
          hint={
            typed === null ? 'The sample of this event type. Change it as you like.' : undefined
          }
        >
          {(ids) => (
            <TextArea
              {...ids}
              isMono
              rows={10}
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setTyped(event.target.value);
                setUserFaults(NONE);
              }}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

/** The first it subscribes to, or of all. */
function firstOf(
  types: readonly EventType[],
  { subscriptions }: WebhookDetails,
): EventType | undefined {
  const subscribes = (name: string) =>
    subscriptions.some(({ pattern }) => standsFor(pattern, name));
  return types.find(({ name }) => subscribes(name)) ?? types[0];
}

function faultOf(text: string): string | undefined {
  return readPayload(text).faults.find(({ severity }) => severity === 'error')?.message;
}
