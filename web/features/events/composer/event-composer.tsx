import { useNavigate } from '@tanstack/react-router';
import { CircleAlert, Send } from 'lucide-react';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { CustomerPicker } from '../../../customers/customer-picker.tsx';
import { useHasCustomers } from '../../../customers/has-customers.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { IS_APPLE } from '../../../lib/keyboard/modifier-key.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { useEventTypes } from '../../../graphql/event-types.ts';
import { Audience } from './audience.tsx';
import type { EventDraft } from './event-draft.ts';
import { EventIdField } from './event-id-field.tsx';
import type { TriggeredEvent } from './event-trigger.ts';
import { EventTypePicker } from './event-type-picker.tsx';
import { OrderingKeyField } from './ordering-key-field.tsx';
import { PayloadField } from './payload-field.tsx';
import { TriggerResult } from './trigger-result.tsx';
import { useComposer } from './use-composer.ts';

const LimitsQuery = graphql(`
  query PayloadLimits {
    installation {
      maxPayloadBytes
    }
  }
`);

export interface EventComposerProps {
  /** The event type in the address. */
  type: string | null;
  onType: (type: string) => void;
  draft: EventDraft | null;
  onOpenDelivery: (deliveryId: string) => void;
}

/** The form, and beside it the deliveries of the event that it triggered last. */
export function EventComposer(props: EventComposerProps) {
  const { type, onType, draft, onOpenDelivery } = props;
  const types = useEventTypes();
  const hasCustomers = useHasCustomers();
  const toast = useToast();
  const navigate = useNavigate();
  const [triggered, setTriggered] = useState<TriggeredEvent | null>(null);
  const [{ data: limits }] = useQuery({ query: LimitsQuery });
  const maxPayloadBytes = limits?.installation.maxPayloadBytes ?? null;
  const composer = useComposer({
    types,
    type,
    draft,
    maxPayloadBytes,
    onTriggered(result) {
      setTriggered(result);
      toast.show({
        ...wordsOf(result),
        action: {
          label: 'Open',
          onSelect: () =>
            void navigate({ to: '/events/$eventId', params: { eventId: result.event.id } }),
        },
      });
    },
    onFailed: (message) =>
      toast.show({ title: 'Not triggered', description: message, tone: 'failed' }),
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void composer.submit();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // The editor has taken the key already where it was pressed there.
    if (event.key !== 'Enter' || event.defaultPrevented) return;
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    void composer.submit();
  }

  const chosen = types.find(({ name }) => name === type);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Card>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its fields' keys */}
        <form noValidate onSubmit={onSubmit} onKeyDown={onKeyDown}>
          <div className="flex flex-col gap-5 p-4">
            <div className="flex flex-col gap-2.5">
              <Field label="Event type" hint={chosen?.description} error={composer.faults.type}>
                {(ids) => (
                  <EventTypePicker
                    {...ids}
                    types={types}
                    value={type}
                    placeholder="Choose an event type"
                    onChange={(name) => {
                      if (name === null) return;
                      composer.clearTypeFaults();
                      onType(name);
                    }}
                  />
                )}
              </Field>
            </div>
            {(hasCustomers || composer.customer !== null) && (
              <Field
                label="Customer"
                optional
                hint="It goes to this customer’s webhooks and to the platform’s own."
                error={composer.faults.customer}
              >
                {(ids) => (
                  <CustomerPicker
                    {...ids}
                    value={composer.customer}
                    noneLabel="Nobody in particular"
                    onChange={composer.setCustomer}
                  />
                )}
              </Field>
            )}
            {type !== null && (
              <Audience
                type={type}
                customer={composer.customer}
                payload={composer.reading.size === null ? null : composer.payload}
              />
            )}
            <PayloadField composer={composer} maxPayloadBytes={maxPayloadBytes} />
            <EventIdField composer={composer} />
            <OrderingKeyField composer={composer} />
          </div>
          <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
            <Button
              type="submit"
              variant="primary"
              icon={Send}
              isBusy={composer.isSending}
              aria-keyshortcuts={IS_APPLE ? 'Meta+Enter' : 'Control+Enter'}
            >
              Trigger event
            </Button>
            <span aria-hidden className="flex items-center gap-1 text-xs text-muted max-sm:hidden">
              <Kbd>{IS_APPLE ? '⌘' : 'Ctrl'}</Kbd>
              <Kbd>Enter</Kbd>
            </span>
            {composer.faults.form.length > 0 && (
              <div role="alert" className="flex min-w-0 flex-1 gap-1.5 text-sm text-failed">
                <CircleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
                {composer.faults.form.join(' ')}
              </div>
            )}
          </div>
        </form>
      </Card>
      <TriggerResult triggered={triggered} onOpen={onOpenDelivery} />
    </div>
  );
}

function wordsOf({ event, isDuplicate, webhooksNotified }: TriggeredEvent) {
  if (isDuplicate) {
    return {
      title: 'Triggered before',
      description: 'Nothing new was sent.',
      tone: 'neutral',
    } as const;
  }
  return {
    title: `${event.type} triggered`,
    description:
      webhooksNotified === 0
        ? 'No webhook subscribes to it: it was sent to nobody.'
        : `On its way to ${formatPlural(webhooksNotified, 'webhook')}.`,
    tone: webhooksNotified === 0 ? 'neutral' : 'success',
  } as const;
}
