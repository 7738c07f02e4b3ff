import { useMemo, useState } from 'react';
import { CombinedError } from '@urql/core';
import { useMutation } from 'urql';

import { faultMessage } from '../../../graphql/fault-message.ts';
import { parseExact, prettyExact } from '../../../lib/json/exact-numbers.ts';
import { keepDrafts, readDrafts, type Drafts } from '../../../lib/kept-drafts.ts';
import { formatCount } from '../../../lib/number-format.ts';
import type { EventType } from '../../../graphql/event-types.ts';
import { useSession } from '../../../session/session.tsx';
import type { EventDraft } from './event-draft.ts';
import {
  EventTriggerMutation,
  NO_FAULTS,
  triggerFaultsOf,
  type TriggeredEvent,
  type TriggerFaults,
} from './event-trigger.ts';
import { readPayload, type JsonFault } from '../../../lib/json/json-faults.ts';

export const MAX_EVENT_ID_LENGTH = 256;

export interface ComposerOptions {
  types: readonly EventType[];
  /** The event type in the address. */
  type: string | null;
  draft: EventDraft | null;
  /** Null until it is known. */
  maxPayloadBytes: number | null;
  onTriggered: (triggered: TriggeredEvent) => void;
  /** There was no response, or none that says what to correct in the form. */
  onFailed: (message: string) => void;
}

/** The composer's fields, what is wrong with them, and the way to send them. */
export function useComposer(options: ComposerOptions) {
  const { types, type, draft, maxPayloadBytes, onTriggered, onFailed } = options;
  const owner = useSession().viewer.apiKey.id;
  const [drafts, setDrafts] = useState<Drafts>(() =>
    draft === null ? readDrafts(owner) : { ...readDrafts(owner), [draft.type]: draft.payload },
  );
  const [customer, setCustomer] = useState(draft?.customer ?? null);
  const [eventId, setEventId] = useState('');
  const [orderingKey, setOrderingKey] = useState('');
  const [lastEventId, setLastEventId] = useState<string | null>(null);
  const [faults, setFaults] = useState<TriggerFaults>(NO_FAULTS);
  const [hasConflict, setHasConflict] = useState(false);
  const [faultAt, setFaultAt] = useState<JsonFault | null>(null);
  const [{ fetching }, trigger] = useMutation(EventTriggerMutation);

  const sample = useMemo(() => {
    const found = types.find(({ name }) => name === type);
    return found === undefined ? null : prettyExact(found.sample);
  }, [types, type]);
  // Untouched, it is the event type's sample. What is written before a type is chosen has no name.
  const draftName = type ?? '';
  const payload = drafts[draftName] ?? sample ?? '';
  function write(text: string | null): void {
    const { [draftName]: _before, ...others } = drafts;
    const now = text === null ? others : { ...others, [draftName]: text };
    setDrafts(now);
    keepDrafts(owner, now);
  }
  const reading = useMemo(() => readPayload(payload), [payload]);
  const tooLarge =
    maxPayloadBytes !== null && reading.size !== null && reading.size > maxPayloadBytes
      ? `The payload has ${formatCount(reading.size)} bytes as it is sent; at most ${formatCount(maxPayloadBytes)} are taken.`
      : null;

  function ownFaults(): TriggerFaults {
    const error = reading.faults.find(({ severity }) => severity === 'error');
    // With no type there is no sample: that the field is empty needs no second word.
    const isUntouched = type === null && payload === '';
    const payloadFault = isUntouched ? null : (error?.message ?? tooLarge);
    return {
      ...NO_FAULTS,
      type: type === null ? ['Choose what kind of event it is.'] : [],
      eventId:
        eventId.length > MAX_EVENT_ID_LENGTH
          ? [
              `An event id has at most ${MAX_EVENT_ID_LENGTH} characters; this one has ${eventId.length}.`,
            ]
          : [],
      payload: payloadFault === null ? [] : [payloadFault],
    };
  }

  async function submit(): Promise<void> {
    if (fetching) return;
    const found = ownFaults();
    setFaults(found);
    setHasConflict(false);
    if (found.payload.length > 0) {
      const error = reading.faults.find(({ severity }) => severity === 'error');
      // Another object each time: the caret goes there again.
      if (error !== undefined && found.type.length === 0) setFaultAt({ ...error });
    }
    if (type === null || Object.values(found).some((messages) => messages.length > 0)) return;

    const { data, error } = await trigger({
      input: {
        type,
        payload: parseExact(payload),
        ...(eventId === '' ? {} : { eventId }),
        ...(orderingKey === '' ? {} : { orderingKey }),
        ...(customer === null ? {} : { customer }),
      },
    }).catch((fault: Error) => ({
      data: undefined,
      error: new CombinedError({ networkError: fault }),
    }));
    if (data === undefined || data === null) {
      onFailed(error === undefined ? 'The server gave no answer.' : faultMessage(error));
      return;
    }
    const { event, isDuplicate, webhooksNotified, userErrors } = data.eventTrigger;
    if (userErrors.length > 0) {
      setFaults(triggerFaultsOf(userErrors));
      setHasConflict(userErrors.some(({ code }) => code === 'CONFLICT'));
      return;
    }
    if (event === null) {
      onFailed('The event was taken, but has been removed since.');
      return;
    }
    setLastEventId(eventId === '' ? null : eventId);
    // The next one is another event.
    setEventId('');
    onTriggered({ event, isDuplicate, webhooksNotified });
  }

  return {
    payload,
    reading,
    tooLarge,
    sample,
    /** Whether the sample of the event type is what will be sent. */
    isSample: payload === sample,
    setPayload(text: string) {
      write(text === sample ? null : text);
      if (faults.payload.length > 0) setFaults({ ...faults, payload: [] });
    },
    /** Takes what was written away in favour of the event type's sample. */
    takeSample: () => write(null),
    type,
    /** The key of the customer that it is for. */
    customer,
    setCustomer(key: string | null) {
      setCustomer(key);
      if (faults.customer.length > 0) setFaults({ ...faults, customer: [] });
    },
    eventId,
    setEventId(text: string) {
      setEventId(text);
      setHasConflict(false);
      if (faults.eventId.length > 0) setFaults({ ...faults, eventId: [] });
    },
    /** It stays for the next one: order is among many. */
    orderingKey,
    setOrderingKey(text: string) {
      setOrderingKey(text);
      if (faults.orderingKey.length > 0) setFaults({ ...faults, orderingKey: [] });
    },
    /** The id that was given to the event triggered last. */
    lastEventId,
    /** Whether another event has the id that stands in the form. */
    hasConflict,
    clearTypeFaults: () => setFaults({ ...faults, type: [] }),
    faults,
    faultAt,
    isSending: fetching,
    submit,
  };
}

export type Composer = ReturnType<typeof useComposer>;
