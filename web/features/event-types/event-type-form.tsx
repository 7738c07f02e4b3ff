import { useState, type FormEvent } from 'react';

import { Button } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { Field } from '../../components/form/field.tsx';
import { JsonEditor } from '../../components/json/json-editor.tsx';
import { Segmented, type SegmentedOption } from '../../components/form/segmented.tsx';
import { Switch } from '../../components/form/switch.tsx';
import { TextArea, TextInput } from '../../components/form/text-input.tsx';
import { messagesAt, messagesElsewhere, type UserFault } from '../../graphql/user-faults.ts';
import { prettyExact, readExact } from '../../lib/json/exact-numbers.ts';
import { isReadable, type EventTypeDraft, type Validation } from './event-type-draft.ts';
import { SchemaTrial, useSchemaTrial } from './schema-trial.tsx';

export interface EventTypeFormProps {
  initial: EventTypeDraft;
  isNew: boolean;
  /** Sends it; returns what the server found wrong, or null where it did not answer. */
  onSubmit: (draft: EventTypeDraft) => Promise<readonly UserFault[] | null>;
  onCancel: () => void;
}

const VALIDATIONS: readonly SegmentedOption<Validation>[] = [
  { value: 'NONE', label: 'Documentation' },
  { value: 'WARN', label: 'Warn' },
  { value: 'REJECT', label: 'Reject' },
];

const CONSEQUENCES: Record<Validation, string> = {
  NONE: 'An event that does not fit goes out like any other.',
  WARN: 'An event that does not fit goes out, and says where it does not.',
  REJECT: 'An event that does not fit is refused.',
};

/** Everything that can be set of an event type. */
export function EventTypeForm({ initial, isNew, onSubmit, onCancel }: EventTypeFormProps) {
  const [draft, setDraft] = useState(initial);
  const [faults, setFaults] = useState<readonly UserFault[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const trial = useSchemaTrial(draft, isNew);
  const change = (part: Partial<EventTypeDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setFaults([]);
  };
  const at = (field: keyof EventTypeDraft) => messagesAt(faults, field);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || !isReadable(draft)) return;
    setIsBusy(true);
    const found = await onSubmit(draft);
    setIsBusy(false);
    if (found !== null) setFaults(found);
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card>
          <CardHeader title="Event type" />
          <div className="flex flex-col gap-4 p-4">
            <Field
              label="Name"
              hint={isNew ? 'Segments with dots between them. It never changes.' : undefined}
              error={at('name')}
            >
              {(ids) => (
                <TextInput
                  {...ids}
                  isMono
                  autoCapitalize="none"
                  spellCheck={false}
                  maxLength={128}
                  disabled={!isNew}
                  placeholder="invoice.paid"
                  value={draft.name}
                  onChange={(event) => change({ name: event.target.value })}
                />
              )}
            </Field>
            <Field label="Group" optional={isNew} error={at('group')}>
              {(ids) => (
                <TextInput
                  {...ids}
                  maxLength={100}
                  placeholder="Billing"
                  value={draft.group}
                  onChange={(event) => change({ group: event.target.value })}
                />
              )}
            </Field>
            <Field label="Description" optional error={at('description')}>
              {(ids) => (
                <TextArea
                  {...ids}
                  rows={2}
                  maxLength={2_000}
                  placeholder="When it happens"
                  value={draft.description}
                  onChange={(event) => change({ description: event.target.value })}
                />
              )}
            </Field>
            {!isNew && (
              <Switch
                label={
                  draft.isDeprecated
                    ? 'Deprecated: not offered to new subscriptions'
                    : 'Offered to new subscriptions'
                }
                checked={!draft.isDeprecated}
                onChange={(isOffered) => change({ isDeprecated: !isOffered })}
              />
            )}
          </div>
        </Card>
        <Card>
          <CardHeader
            title="Sample"
            description="An example payload: what tests send."
            actions={
              <Button
                size="sm"
                disabled={trial.example === null}
                onClick={() => change({ sample: prettyExact(trial.example) })}
              >
                Make it of the schema
              </Button>
            }
          />
          <div className="flex flex-col gap-2 p-4">
            <JsonEditor
              isLow
              value={draft.sample}
              onChange={(sample) => change({ sample })}
              onSubmit={() => {}}
              label="Sample, JSON"
              describedBy={undefined}
              isInvalid={at('sample').length > 0 || readExact(draft.sample) === undefined}
              faultAt={null}
              marks={trial.sampleMarks}
            />
            <Messages messages={at('sample')} />
            {trial.sampleMarks.map(({ path, message }) => (
              <p key={`${path.join('/')} ${message}`} className="text-sm text-retrying">
                {path.length === 0 ? 'It' : `/${path.join('/')}`} {message}
              </p>
            ))}
          </div>
        </Card>
      </div>
      <Card>
        <CardHeader
          title="Schema"
          description="JSON Schema of the payload, 2020-12 or draft-07."
          actions={
            <Segmented
              label="What becomes of an event that does not fit"
              value={draft.validation}
              onChange={(validation) => change({ validation })}
              options={VALIDATIONS}
            />
          }
        />
        <div className="grid items-start gap-4 p-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="flex flex-col gap-2">
            <JsonEditor
              value={draft.schema}
              onChange={(schema) => change({ schema })}
              onSubmit={() => {}}
              label="Schema, JSON"
              describedBy={undefined}
              isInvalid={at('schema').length > 0 || trial.schemaMarks.length > 0}
              faultAt={null}
              marks={trial.schemaMarks}
            />
            <Messages
              messages={[...trial.schemaMarks.map(({ message }) => message), ...at('schema')]}
            />
            <Messages messages={at('validation')} />
          </div>
          <div className="flex flex-col gap-3 text-sm">
            <p className="text-muted">{CONSEQUENCES[draft.validation]}</p>
            <SchemaTrial trial={trial} isNew={isNew} />
          </div>
        </div>
      </Card>
      <div className="sticky bottom-14 z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-canvas/90 px-4 py-3 backdrop-blur md:bottom-0 md:-mx-6 md:-mb-10 md:px-6">
        {messagesElsewhere(faults, FIELDS).map((message) => (
          <p key={message} role="alert" className="mr-auto text-sm text-failed">
            {message}
          </p>
        ))}
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" isBusy={isBusy} disabled={!isReadable(draft)}>
          {isNew ? 'Make event type' : 'Save changes'}
        </Button>
      </div>
    </form>
  );
}

const FIELDS = ['name', 'group', 'description', 'sample', 'schema', 'validation'];

function Messages({ messages }: { messages: readonly string[] }) {
  return [...new Set(messages)].map((message) => (
    <p key={message} role="alert" className="text-sm wrap-anywhere text-failed">
      {message}
    </p>
  ));
}
