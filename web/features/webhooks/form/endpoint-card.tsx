import { Card, CardHeader } from '../../../components/card.tsx';
import { Field } from '../../../components/form/field.tsx';
import { TextArea, TextInput } from '../../../components/form/text-input.tsx';
import { CustomerPicker } from '../../../customers/customer-picker.tsx';
import { useHasCustomers } from '../../../customers/has-customers.ts';
import { UrlField } from './url-field.tsx';
import type { WebhookDraft } from './webhook-draft.ts';

/** What a part of the form is given of the whole. */
export interface FormPartProps {
  draft: WebhookDraft;
  onChange: (part: Partial<WebhookDraft>) => void;
  /** The server's words on a field. */
  errorsOf: (field: keyof WebhookDraft) => readonly string[];
}

export interface EndpointCardProps extends FormPartProps {
  /** Whether the form was to be sent as it is: what is missing is a fault then. */
  isAsked: boolean;
  /** Its customer is given when it is made, and stays. */
  isNew: boolean;
}

/** What a webhook is called, where it leads, and what it is for. */
export function EndpointCard({ draft, onChange, errorsOf, isAsked, isNew }: EndpointCardProps) {
  const hasCustomers = useHasCustomers();
  return (
    <Card>
      <CardHeader title="Endpoint" />
      <div className="flex flex-col gap-4 p-4">
        <Field
          label="Name"
          error={isAsked && draft.name.trim() === '' ? 'Enter a name.' : errorsOf('name')}
        >
          {(ids) => (
            <TextInput
              {...ids}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is this form
              autoFocus
              maxLength={200}
              placeholder="Order service"
              value={draft.name}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Field>
        <UrlField
          value={draft.url}
          onChange={(url) => onChange({ url })}
          errors={errorsOf('url')}
          isAsked={isAsked}
        />
        {isNew && (hasCustomers || draft.customer !== null) && (
          <Field
            label="Customer"
            optional
            error={errorsOf('customer')}
            hint="Only events that are triggered for this customer go to it. It can’t be changed later."
          >
            {(ids) => (
              <CustomerPicker
                {...ids}
                value={draft.customer}
                noneLabel="The platform’s own"
                onChange={(customer) => onChange({ customer })}
              />
            )}
          </Field>
        )}
        <Field label="Description" optional error={errorsOf('description')}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={2}
              maxLength={2_000}
              placeholder="Whose it is, and what it does with the events"
              value={draft.description}
              onChange={(event) => onChange({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
    </Card>
  );
}
