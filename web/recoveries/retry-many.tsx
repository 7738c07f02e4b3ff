import { useState } from 'react';

import { Button } from '../components/form/button.tsx';
import { Dialog } from '../components/dialog/dialog.tsx';
import type { DeliveryFilter } from '../deliveries/deliveries-search.ts';
import { formatCount } from '../lib/number-format.ts';
import { PaceField, readPace } from './pace-field.tsx';
import { countedInWords, NewestEvents, useRecoveryPreview } from './recovery-preview.tsx';
import { useStartRecovery } from './start-recovery.ts';

export interface RetryManyProps {
  /** Which deliveries, with their statuses. */
  filter: DeliveryFilter;
  /** What they are narrowed by, in words; none where they were picked. */
  narrowedTo: readonly string[];
  onClose: () => void;
  /** Told once the recovery has begun. */
  onStarted?: () => void;
}

/** Asks once more before many deliveries are sent again, says how many and which, and how fast. */
export function RetryMany({ filter, narrowedTo, onClose, onStarted }: RetryManyProps) {
  const preview = useRecoveryPreview({ retry: filter });
  const { counted } = preview;
  const [pace, setPace] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const { isBusy, start } = useStartRecovery();
  const perSecond = readPace(pace);
  const count = counted?.count ?? null;
  const mayStart = count !== null && count > 0 && perSecond !== undefined;
  const many = counted === null ? null : countedInWords(counted, 'delivery', 'deliveries');

  async function submit(): Promise<void> {
    if (!mayStart || isBusy) return;
    const refused = await start([
      { retry: filter, ...(typeof perSecond === 'number' && { perSecond }) },
    ]);
    setFault(refused);
    if (refused !== null) return;
    onStarted?.();
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={many === null ? 'Retry all that match?' : `Retry ${many}?`}
      description={narrowedTo.length === 0 ? undefined : narrowedTo.join(' · ')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!mayStart} isBusy={isBusy}>
            {counted === null || !counted.isExact ? 'Retry' : `Retry ${formatCount(counted.count)}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {count === 0 ? (
          <p className="text-sm">Nothing is left to send again: they have changed meanwhile.</p>
        ) : (
          <p className="text-sm text-muted">
            They go out oldest first, each under its own{' '}
            <code className="font-mono text-ink">webhook-id</code> with a full run of attempts: a
            receiver that has taken one already gets a duplicate under the same id. What its webhook
            holds back (paused, rate limit) waits.
          </p>
        )}
        <NewestEvents preview={preview} />
        <PaceField value={pace} onChange={setPace} count={count} />
        {fault !== null && (
          <p role="alert" className="text-sm text-failed">
            {fault}
          </p>
        )}
      </div>
    </Dialog>
  );
}
