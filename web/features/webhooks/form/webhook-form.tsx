import { useEffect, useRef, useState, type FormEvent } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { Card, CardHeader } from '../../../components/card.tsx';
import { DeliveryCard } from './delivery-card.tsx';
import { EndpointCard } from './endpoint-card.tsx';
import { EventTypesPicker } from './event-types-picker.tsx';
import { isPattern, offered } from '../../../graphql/event-types.ts';
import type { FormFacts } from '../../../graphql/form-facts.ts';
import { messagesAt, messagesElsewhere, type UserFault } from '../../../graphql/user-faults.ts';
import { readExact } from '../../../lib/json/exact-numbers.ts';
import { readRateLimit } from '../../../lib/rate-limits.ts';
import { readDelays } from '../../../lib/time/durations.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { HeaderRows } from './header-rows.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { FilterCard } from './filter-card.tsx';
import { filledHeaders, isChanged, timeoutOf, type WebhookDraft } from './webhook-draft.ts';
import { checkUrl } from './webhook-url-check.ts';

export interface WebhookFormProps {
  /** What stands in it at first. */
  initial: WebhookDraft;
  facts: FormFacts;
  /** `Create webhook`. */
  submitLabel: string;
  /** Of one that is there, there is nothing to send while nothing has changed. */
  isNew: boolean;
  /** Sends it; returns what the server found wrong, or null where it did not answer. */
  onSubmit: (draft: WebhookDraft) => Promise<readonly UserFault[] | null>;
  onCancel: () => void;
  /** How many of its deliveries wait now; left out of one that is new. */
  waiting?: number | undefined;
  /** Whether it was saved: leaving loses nothing then. */
  isSaved: boolean;
}

const FIELDS = [
  'name',
  'url',
  'description',
  'eventTypes',
  'headers',
  'timeout',
  'retryPolicy',
  'rateLimit',
  'customer',
  'filter',
] as const;

/** What the server found wrong, and with what. */
interface Refusal {
  readonly faults: readonly UserFault[];
  readonly draft: WebhookDraft;
}

/** Everything that can be set of a webhook. */
export function WebhookForm(props: WebhookFormProps) {
  const { initial, facts, submitLabel, isNew, onSubmit, onCancel, isSaved, waiting } = props;
  const needsChange = !isNew;
  const [draft, setDraft] = useState(initial);
  const [refusal, setRefusal] = useState<Refusal>({ faults: [], draft: initial });
  const [isAsked, setIsAsked] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const hasChanged = isChanged(initial, draft);

  const change = (part: Partial<WebhookDraft>) => setDraft((before) => ({ ...before, ...part }));
  const isFitToSend =
    draft.name.trim() !== '' &&
    checkUrl(draft.url).fault === null &&
    timeoutOf(draft) !== undefined &&
    readDelays(draft.retryPolicy) !== undefined &&
    readRateLimit(draft.rateLimit) !== undefined &&
    readExact(draft.filter) !== undefined;

  /** What was changed since is no longer what the server spoke of. */
  const errorsOf = (field: keyof WebhookDraft) =>
    draft[field] === refusal.draft[field] ? messagesAt(refusal.faults, field) : [];

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setIsAsked(true);
    if (!isFitToSend) return focusFirstFault(form.current);
    setIsBusy(true);
    const faults = await onSubmit(draft);
    setIsBusy(false);
    if (faults !== null) setRefusal({ faults, draft });
  }

  useEffect(() => {
    if (refusal.faults.length > 0) focusFirstFault(form.current);
  }, [refusal]);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit}
      // What gets the focus must not lie beneath the bar with the buttons.
      className="flex flex-col gap-4 [&_:is(a,button,input,textarea,label)]:scroll-mt-16 [&_:is(a,button,input,textarea,label)]:scroll-mb-36 md:[&_:is(a,button,input,textarea,label)]:scroll-mb-20"
    >
      <LeaveGuard isOn={hasChanged && !isSaved} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <EndpointCard
            draft={draft}
            onChange={change}
            errorsOf={errorsOf}
            isAsked={isAsked}
            isNew={isNew}
          />
          <DeliveryCard
            draft={draft}
            onChange={change}
            errorsOf={errorsOf}
            defaultTimeout={facts.installation.defaultTimeout}
            defaultDelays={facts.installation.retryDelays}
            waiting={waiting}
          />
          <Card>
            <CardHeader
              title="Headers"
              description="Sent with each delivery. Secret values are never shown again."
            />
            <div className="p-4">
              <HeaderRows
                headers={draft.headers}
                onChange={(headers) => change({ headers })}
                errors={headerListErrors(draft, refusal)}
                errorsOf={(header) => {
                  const index = String(filledHeaders(refusal.draft).indexOf(header));
                  return {
                    name: messagesAt(refusal.faults, 'headers', index, 'name'),
                    value: [
                      ...messagesAt(refusal.faults, 'headers', index, 'value'),
                      ...messagesAt(refusal.faults, 'headers', index, 'isSecret'),
                    ],
                  };
                }}
              />
            </div>
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card>
            <CardHeader
              title="Event types"
              description={
                draft.eventTypes.length === 0
                  ? 'Without one it receives test events only.'
                  : 'It receives events of these types.'
              }
              actions={
                <span aria-live="polite" className="text-sm text-muted tabular-nums">
                  {chosenWords(draft.eventTypes, offered(facts.eventTypes).length)}
                </span>
              }
            />
            <div className="p-4">
              <EventTypesPicker
                types={facts.eventTypes}
                chosen={draft.eventTypes}
                onChange={(eventTypes) => change({ eventTypes })}
                errors={errorsOf('eventTypes')}
              />
            </div>
          </Card>
          <FilterCard
            draft={draft}
            onChange={change}
            errorsOf={errorsOf}
            isAsked={isAsked}
            types={facts.eventTypes}
          />
        </div>
      </div>
      <div className="sticky bottom-14 z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-canvas/90 px-4 py-3 backdrop-blur md:bottom-0 md:-mx-6 md:-mb-10 md:px-6">
        {messagesElsewhere(refusal.faults, FIELDS).map((message) => (
          <p key={message} role="alert" className="mr-auto text-sm text-failed">
            {message}
          </p>
        ))}
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          variant="primary"
          isBusy={isBusy}
          disabled={needsChange && !hasChanged}
        >
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

function chosenWords(eventTypes: readonly string[], offeredCount: number): string {
  const patterns = eventTypes.filter(isPattern).length;
  const names = `${eventTypes.length - patterns} of ${offeredCount} selected`;
  return patterns === 0 ? names : `${names}, ${formatPlural(patterns, 'pattern')}`;
}

/** Faults of the list itself, e.g. that it is too long; those of a row stand at the row. */
function headerListErrors(draft: WebhookDraft, { faults, draft: sent }: Refusal): string[] {
  if (draft.headers !== sent.headers) return [];
  return messagesAt(
    faults.filter(({ field }) => field?.length === 2),
    'headers',
  );
}

function focusFirstFault(form: HTMLFormElement | null): void {
  // Once the faults are marked.
  requestAnimationFrame(() => {
    form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
