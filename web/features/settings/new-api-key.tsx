import { useState } from 'react';
import { useMutation } from 'urql';

import { Button } from '../../components/form/button.tsx';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { SecretBox } from '../../components/dialog/secret-box.tsx';
import { Select } from '../../components/form/select.tsx';
import { ShownOnceDialog } from '../../components/dialog/shown-once-dialog.tsx';
import { TextInput } from '../../components/form/text-input.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { CreateApiKeyMutation } from './api-key-operations.ts';
import { roleName, ROLES, type Role } from './roles.ts';

const OPTIONS = ROLES.map(({ role, may }) => ({
  value: role,
  label: roleName(role),
  description: may,
}));

export interface NewApiKeyProps {
  onClose: () => void;
  onMade: () => void;
}

/** Asks for a name and a role, makes the key, and shows it this once. */
export function NewApiKey({ onClose, onMade }: NewApiKeyProps) {
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  if (made === null) {
    return (
      <NewApiKeyForm
        onClose={onClose}
        onMade={(name, key) => {
          setMade({ name, key });
          onMade();
        }}
      />
    );
  }
  return (
    <ShownOnceDialog
      title={`${made.name} is ready`}
      what="key"
      ifLost="If it is lost, revoke it and create another."
      onClose={onClose}
    >
      <SecretBox
        label="Key"
        value={made.key}
        note={
          <>
            Send it with each request as the header{' '}
            <code className="font-mono text-xs">Authorization: Bearer …</code>
          </>
        }
      />
    </ShownOnceDialog>
  );
}

interface NewApiKeyFormProps {
  onClose: () => void;
  onMade: (name: string, key: string) => void;
}

function NewApiKeyForm({ onClose, onMade }: NewApiKeyFormProps) {
  const toast = useToast();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [faults, setFaults] = useState<readonly { field: string | null; message: string }[]>([]);
  const [{ fetching }, create] = useMutation(CreateApiKeyMutation);
  const messagesOf = (field: string | null) =>
    faults.filter((fault) => fault.field === field).map(({ message }) => message);

  async function submit(): Promise<void> {
    if (fetching) return;
    const { data, error } = await create({ input: { name, role } });
    if (error !== undefined) {
      toast.show({ title: 'Key not created', description: faultMessage(error), tone: 'failed' });
      return;
    }
    const { key = null, userErrors = [] } = data?.apiKeyCreate ?? {};
    setFaults(
      userErrors.map(({ field, message }) => {
        const at = field?.at(-1) ?? null;
        return { field: at === 'name' || at === 'role' ? at : null, message };
      }),
    );
    if (key !== null) onMade(name.trim(), key);
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="New API key"
      description="For a person, to sign in here, or for a program, to call the API."
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={fetching}>
            Create key
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="Name"
          hint="Who or what uses it, so that it can be told from the others."
          error={messagesOf('name')}
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={name}
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Role"
          hint={`${ROLES.find((each) => each.role === role)?.may ?? ''} A key’s role never changes.`}
          error={messagesOf('role')}
        >
          {(ids) => (
            <Select {...ids} label="Role" value={role} onChange={setRole} options={OPTIONS} />
          )}
        </Field>
        {messagesOf(null).map((message) => (
          <p key={message} role="alert" className="text-sm text-failed">
            {message}
          </p>
        ))}
      </div>
    </Dialog>
  );
}
