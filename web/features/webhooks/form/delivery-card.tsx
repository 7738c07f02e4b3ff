import { Card, CardHeader } from '../../../components/card.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Switch } from '../../../components/form/switch.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import { formatPlural } from '../../../lib/number-format.ts';
import { delaysInWords, readDelays, writeDelays } from '../../../lib/time/durations.ts';
import { backlogInWords, rateInWords, readRateLimit } from '../../../lib/rate-limits.ts';
import type { FormPartProps } from './endpoint-card.tsx';
import { timeoutOf } from './webhook-draft.ts';

export interface DeliveryCardProps extends FormPartProps {
  /** Seconds. */
  defaultTimeout: number;
  /** The installation's schedule: seconds before the second, third … attempt. */
  defaultDelays: readonly number[];
  /** How many of its deliveries wait now. */
  waiting: number | undefined;
}

/** What is reckoned with where nothing waits. */
const USUAL_BACKLOG = 1_000;

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** How long an attempt may take, when it is tried again, and whether there are any. */
export function DeliveryCard(props: DeliveryCardProps) {
  const { draft, onChange, errorsOf, defaultTimeout, defaultDelays, waiting = 0 } = props;
  const delays = readDelays(draft.retryPolicy);
  const rateLimit = readRateLimit(draft.rateLimit);
  return (
    <Card>
      <CardHeader title="Delivery" />
      <div className="flex flex-wrap items-start gap-x-10 gap-y-4 p-4">
        <Field
          label="Timeout in seconds"
          error={
            timeoutOf(draft) === undefined
              ? 'The timeout must be a whole number of seconds from 1 to 120.'
              : errorsOf('timeout')
          }
          hint="Limit for one whole attempt, from connecting to the last byte."
        >
          {(ids) => (
            <TextInput
              {...ids}
              inputMode="numeric"
              placeholder={`${defaultTimeout} (the default)`}
              value={draft.timeout}
              onChange={(event) => onChange({ timeout: event.target.value })}
              className="max-w-40"
            />
          )}
        </Field>
        <Field
          label="Retries after"
          error={
            delays === undefined
              ? 'Write up to 19 waits of at most 7 days each, like 10s 5m 1h; or none.'
              : errorsOf('retryPolicy')
          }
          hint={
            delays
              ? `${formatPlural(delays.length + 1, 'attempt')} in all: ${delaysInWords(delays)}.`
              : 'The waits between attempts, like 10s 5m 1h; none for a single attempt.'
          }
        >
          {(ids) => (
            <TextInput
              {...ids}
              placeholder={`${writeDelays(defaultDelays)} (the default)`}
              value={draft.retryPolicy}
              onChange={(event) => onChange({ retryPolicy: event.target.value })}
              className="max-w-80"
            />
          )}
        </Field>
        <Field
          label="Rate limit"
          error={
            rateLimit === undefined
              ? 'Write at most 100,000 in a second to an hour, like 10/s, 600/min or 20/10s.'
              : errorsOf('rateLimit')
          }
          hint={
            rateLimit
              ? `${upperFirst(rateInWords(rateLimit))}: ${backlogInWords(rateLimit, waiting || USUAL_BACKLOG)}.`
              : 'The most attempts begun in any window of time, retries among them.'
          }
        >
          {(ids) => (
            <TextInput
              {...ids}
              placeholder="No limit"
              value={draft.rateLimit}
              onChange={(event) => onChange({ rateLimit: event.target.value })}
              className="max-w-40"
            />
          )}
        </Field>
        <div className="flex flex-col gap-1.5">
          <span aria-hidden className="text-sm font-medium">
            Order
          </span>
          <Switch
            label={
              draft.keepsOrder
                ? 'By key: events with the same ordering key go one after the other'
                : 'None: events go as fast as they can'
            }
            checked={draft.keepsOrder}
            onChange={(keepsOrder) => onChange({ keepsOrder })}
          />
        </div>
        <div className="flex flex-col gap-1.5">
          <span aria-hidden className="text-sm font-medium">
            State
          </span>
          <Switch
            label={draft.isActive ? 'On: it receives events' : 'Off: it receives test events only'}
            checked={draft.isActive}
            onChange={(isActive) => onChange({ isActive })}
          />
        </div>
      </div>
    </Card>
  );
}
