import { Card, CardHeader } from '../../../components/card.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Switch } from '../../../components/form/switch.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import type { FormPartProps } from './endpoint-card.tsx';
import { timeoutOf } from './webhook-draft.ts';

export interface DeliveryCardProps extends FormPartProps {
  /** Seconds. */
  defaultTimeout: number;
}

/** How long an attempt may take, and whether there are any. */
export function DeliveryCard({ draft, onChange, errorsOf, defaultTimeout }: DeliveryCardProps) {
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
