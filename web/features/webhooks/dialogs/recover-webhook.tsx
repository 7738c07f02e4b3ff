import { useMemo, useState } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { Checkbox } from '../../../components/form/checkbox.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Select, type SelectOption } from '../../../components/form/select.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import { formatCount } from '../../../lib/number-format.ts';
import { fromLocalInput, inputZone, toLocalInput } from '../../../lib/time/local-input.ts';
import { formatExact } from '../../../lib/time/time-format.ts';
import { RANGE_LABELS, RANGE_MS, type RangeName } from '../../../lib/time/time-range.ts';
import { PaceField, readPace } from '../../../recoveries/pace-field.tsx';
import {
  countedInWords,
  NewestEvents,
  useRecoveryPreview,
  type Preview,
  type RecoveryInput,
} from '../../../recoveries/recovery-preview.tsx';
import { useStartRecovery } from '../../../recoveries/start-recovery.ts';
import type { WebhookDetails } from '../webhook-details.ts';

type Since = 'off' | Exclude<RangeName, '30d'> | 'own';

const RECENT: readonly SelectOption<Since>[] = (['1h', '24h', '7d'] as const).map((value) => ({
  value,
  label: RANGE_LABELS[value],
}));

export interface RecoverWebhookProps {
  webhook: Pick<WebhookDetails, 'id' | 'name'>;
  /** When it was switched off, where it was until now. */
  offSince: string | null;
  onClose: () => void;
}

/** Brings back what a webhook missed or what failed, since a time: says how many and which before. */
export function RecoverWebhook({ webhook, offSince, onClose }: RecoverWebhookProps) {
  const { id, name } = webhook;
  const [since, setSince] = useState<Since>(offSince === null ? '1h' : 'off');
  const [own, setOwn] = useState(() => toLocalInput(Date.now() - RANGE_MS['24h']));
  const fromOf = (next: Since, typed = own) => {
    if (next === 'off') return offSince ?? undefined;
    return next === 'own'
      ? fromLocalInput(typed)
      : new Date(Date.now() - RANGE_MS[next]).toISOString();
  };
  // Counted from when it was chosen: another beginning would be another question.
  const [from, setFrom] = useState(() => fromOf(since));
  const [wants, setWants] = useState({ missed: true, failed: true });
  const [pace, setPace] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const { isBusy, start } = useStartRecovery();

  const inputs = useMemo(() => (from === undefined ? null : inputsOf(id, from)), [id, from]);
  const missed = useRecoveryPreview(inputs?.missed ?? null);
  const failed = useRecoveryPreview(inputs?.failed ?? null);
  const countOf = (preview: Preview, isWanted: boolean) =>
    isWanted ? (preview.counted?.count ?? null) : 0;
  const counts = [countOf(missed, wants.missed), countOf(failed, wants.failed)] as const;
  const isKnown = counts[0] !== null && counts[1] !== null;
  const total = (counts[0] ?? 0) + (counts[1] ?? 0);
  const perSecond = readPace(pace);
  const mayStart = inputs !== null && isKnown && total > 0 && perSecond !== undefined;

  async function submit(): Promise<void> {
    if (!mayStart || isBusy) return;
    const paced = typeof perSecond === 'number' ? { perSecond } : {};
    const refused = await start([
      ...((counts[0] ?? 0) > 0 ? [{ ...inputs.missed, ...paced }] : []),
      ...((counts[1] ?? 0) > 0 ? [{ ...inputs.failed, ...paced }] : []),
    ]);
    setFault(refused);
    if (refused === null) onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Recover ${name}`}
      description="Brings back what it did not get, oldest first, beside what is new."
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!mayStart} isBusy={isBusy}>
            {isKnown && total > 0 ? `Recover ${formatCount(total)}` : 'Recover'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Since">
          {(ids) => (
            <Select
              {...ids}
              label="Since"
              value={since}
              onChange={(next) => {
                setSince(next);
                setFrom(fromOf(next));
              }}
              options={[
                ...(offSince === null
                  ? []
                  : [
                      {
                        value: 'off' as const,
                        label: `Since it was switched off, ${formatExact(offSince)}`,
                      },
                    ]),
                ...RECENT,
                { value: 'own', label: 'A time of your own' },
              ]}
            />
          )}
        </Field>
        {since === 'own' && (
          <Field
            label="From"
            hint={`Times are those of ${inputZone()}.`}
            error={from === undefined ? 'Enter a date and a time.' : null}
          >
            {(ids) => (
              <TextInput
                {...ids}
                type="datetime-local"
                value={own}
                onChange={(event) => {
                  setOwn(event.target.value);
                  setFrom(fromOf('own', event.target.value));
                }}
              />
            )}
          </Field>
        )}
        <What
          label="Events it missed"
          description="What it would have got as it is subscribed and filtered now, and has no delivery of."
          preview={missed}
          isWanted={wants.missed}
          onChange={(isWanted) => setWants({ ...wants, missed: isWanted })}
          nouns={['event', 'events']}
        />
        <What
          label="Deliveries that failed"
          description="Sent again under their own ids with a full run of attempts."
          preview={failed}
          isWanted={wants.failed}
          onChange={(isWanted) => setWants({ ...wants, failed: isWanted })}
          nouns={['delivery', 'deliveries']}
        />
        <PaceField value={pace} onChange={setPace} count={isKnown ? total : null} />
        {fault !== null && (
          <p role="alert" className="text-sm text-failed">
            {fault}
          </p>
        )}
      </div>
    </Dialog>
  );
}

interface WhatProps {
  label: string;
  description: string;
  preview: Preview;
  isWanted: boolean;
  onChange: (isWanted: boolean) => void;
  nouns: readonly [one: string, many: string];
}

function What({ label, description, preview, isWanted, onChange, nouns }: WhatProps) {
  const { counted } = preview;
  return (
    <div>
      <Checkbox
        checked={isWanted}
        onChange={onChange}
        label={
          counted === null ? (
            label
          ) : (
            <>
              {label}:{' '}
              <span className="font-medium tabular-nums">
                {counted.count === 0 ? 'none' : countedInWords(counted, ...nouns)}
              </span>
            </>
          )
        }
        description={description}
      />
      {isWanted && (
        <div className="mt-1 pl-6.5">
          <NewestEvents preview={preview} />
        </div>
      )}
    </div>
  );
}

function inputsOf(
  webhookId: string,
  from: string,
): { missed: RecoveryInput; failed: RecoveryInput } {
  const createdAt = { from };
  return {
    missed: { missed: { webhookId, createdAt } },
    failed: { retry: { webhookIds: [webhookId], statuses: ['FAILED'], createdAt } },
  };
}
