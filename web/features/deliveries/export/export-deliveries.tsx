import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Segmented } from '../../../components/form/segmented.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import type { DeliveryFilter } from '../../../deliveries/deliveries-search.ts';
import { formatCount, formatPlural } from '../../../lib/number-format.ts';
import { writeRows, type ExportFormat } from './exported-rows.ts';
import { MOST_EXPORTED, readListed } from './read-listed.ts';

const FORMATS: readonly { value: ExportFormat; label: string }[] = [
  { value: 'CSV', label: 'CSV' },
  { value: 'NDJSON', label: 'NDJSON' },
];
const MEDIA: Readonly<Record<ExportFormat, string>> = {
  CSV: 'text/csv',
  NDJSON: 'application/x-ndjson',
};

export interface ExportDeliveriesProps {
  filter: DeliveryFilter;
  onClose: () => void;
}

/** Writes what is listed into a file. */
export function ExportDeliveries({ filter, onClose }: ExportDeliveriesProps) {
  const client = useClient();
  const toast = useToast();
  const [format, setFormat] = useState<ExportFormat>('CSV');
  const [read, setRead] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);

  async function submit(): Promise<void> {
    if (read !== null) return;
    const { signal } = (reading.current = new AbortController());
    setFault(null);
    setRead(0);
    const result = await readListed(client, filter, { onRead: setRead, signal });
    if (result === null) return;
    setRead(null);
    if ('fault' in result) {
      setFault(result.fault);
      return;
    }
    const { rows } = result;
    save(writeRows(rows, format), format);
    toast.show({
      title: `${formatPlural(rows.length, 'delivery', 'deliveries')} exported`,
      tone: 'success',
    });
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Export what is listed"
      description={`The newest ${formatCount(MOST_EXPORTED)} at most that match the filters, with what became of each; without bodies and headers.`}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={read !== null}>
            {read === null ? 'Export' : `${formatCount(read)} read …`}
          </Button>
        </>
      }
    >
      <Segmented label="Format" value={format} onChange={setFormat} options={FORMATS} />
      {fault !== null && (
        <p role="alert" className="mt-3 text-sm text-failed">
          {fault}
        </p>
      )}
    </Dialog>
  );
}

function save(text: string, format: ExportFormat): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${MEDIA[format]};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `deliveries-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format.toLowerCase()}`;
  link.click();
  URL.revokeObjectURL(url);
}
