import { useState } from 'react';
import { useMutation } from 'urql';

import { Button } from '../../components/form/button.tsx';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { TextArea, TextInput } from '../../components/form/text-input.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { messagesAt } from '../../graphql/user-faults.ts';
import { prettyExact, readExact } from '../../lib/json/exact-numbers.ts';
import { UpsertCustomerMutation } from './customer-mutations.ts';

export interface CustomerDialogProps {
  /** The one to change; null for a new one. */
  customer: { readonly key: string; readonly name: string; readonly metadata: unknown } | null;
  onClose: () => void;
  onSaved: (key: string) => void;
}

type Faults = Readonly<Record<'key' | 'name' | 'metadata', readonly string[]>>;

const NO_FAULTS: Faults = { key: [], name: [], metadata: [] };

/** Makes a customer, or changes its name and notes. */
export function CustomerDialog({ customer, onClose, onSaved }: CustomerDialogProps) {
  const toast = useToast();
  const [key, setKey] = useState(customer?.key ?? '');
  const [name, setName] = useState(customer?.name ?? '');
  const [metadata, setMetadata] = useState(customer === null ? '' : prettyExact(customer.metadata));
  const [faults, setFaults] = useState(NO_FAULTS);
  const [{ fetching }, upsert] = useMutation(UpsertCustomerMutation);

  async function submit(): Promise<void> {
    if (fetching) return;
    const read = readExact(metadata);
    if (key.trim() === '' || read === undefined) {
      setFaults({
        ...NO_FAULTS,
        key: key.trim() === '' ? ['Enter a key: your own id of the customer.'] : [],
        metadata: read === undefined ? ['This is no JSON.'] : [],
      });
      return;
    }
    const { data, error } = await upsert({
      input: {
        key: key.trim(),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(read === null && customer === null ? {} : { metadata: read }),
      },
    });
    if (error !== undefined) {
      toast.show({ title: 'Not saved', description: faultMessage(error), tone: 'failed' });
      return;
    }
    const userErrors = data?.customerUpsert.userErrors ?? [];
    if (userErrors.length > 0) {
      setFaults({
        key: messagesAt(userErrors, 'key'),
        name: messagesAt(userErrors, 'name'),
        metadata: messagesAt(userErrors, 'metadata'),
      });
      return;
    }
    toast.show({ title: customer === null ? 'Customer made' : 'Customer saved', tone: 'success' });
    onClose();
    onSaved(key.trim());
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={customer === null ? 'New customer' : 'Edit customer'}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={fetching}>
            {customer === null ? 'Make customer' : 'Save changes'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="Key"
          hint={
            customer === null
              ? 'Your own id of the customer: it never changes.'
              : 'It never changes.'
          }
          error={faults.key}
        >
          {(ids) => (
            <TextInput
              {...ids}
              isMono
              autoCapitalize="none"
              spellCheck={false}
              maxLength={128}
              disabled={customer !== null}
              placeholder="acme"
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <Field label="Name" optional error={faults.name}>
          {(ids) => (
            <TextInput
              {...ids}
              maxLength={200}
              placeholder="Acme Ltd"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Notes"
          optional
          hint="A JSON object of your own, at most 4 KiB."
          error={faults.metadata}
        >
          {(ids) => (
            <TextArea
              {...ids}
              isMono
              rows={4}
              spellCheck={false}
              placeholder={'{ "plan": "pro" }'}
              value={metadata}
              onChange={(event) => setMetadata(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
