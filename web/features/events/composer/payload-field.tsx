import { CircleAlert, CircleCheck, RotateCcw, TriangleAlert, WandSparkles } from 'lucide-react';
import { useId } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { JsonEditor } from '../../../components/json/json-editor.tsx';
import { parseExact, prettyExact } from '../../../lib/json/exact-numbers.ts';
import { classNames } from '../../../lib/class-names.ts';
import { placeOf, type PayloadReading } from '../../../lib/json/json-faults.ts';
import { RecentPayloads } from './recent-payloads.tsx';
import type { Composer } from './use-composer.ts';

export interface PayloadFieldProps {
  composer: Composer;
  /** Null until it is known. */
  maxPayloadBytes: number | null;
}

/** The payload to write, with what is wrong with it and how large it is. */
export function PayloadField({ composer, maxPayloadBytes }: PayloadFieldProps) {
  const { payload, setPayload, reading, tooLarge, faults, sample, isSample } = composer;
  const id = useId();
  const isInvalid = faults.payload.length > 0;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-2">
        <span className="text-sm font-medium">Payload</span>
        <div className="-mr-2 flex flex-wrap gap-1">
          {composer.type !== null && <RecentPayloads type={composer.type} onChoose={setPayload} />}
          <Button
            size="sm"
            variant="ghost"
            icon={WandSparkles}
            disabled={reading.faults.length > 0}
            onClick={() => setPayload(pretty(payload))}
          >
            Format
          </Button>
          <Button
            size="sm"
            variant="ghost"
            icon={RotateCcw}
            disabled={sample === null || isSample}
            onClick={composer.takeSample}
          >
            Back to the sample
          </Button>
        </div>
      </div>
      <JsonEditor
        value={payload}
        onChange={setPayload}
        onSubmit={() => void composer.submit()}
        label="Payload, JSON"
        describedBy={`${id}-state`}
        isInvalid={isInvalid}
        faultAt={composer.faultAt}
      />
      <div
        id={`${id}-state`}
        className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 text-sm"
      >
        {isInvalid ? (
          <div role="alert" className="min-w-0 flex-1 text-failed">
            {faults.payload.map((message) => (
              <p key={message} className="flex gap-1.5">
                <CircleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
                <span className="min-w-0 wrap-anywhere">
                  {placeText(payload, reading, message)}
                  {message}
                </span>
              </p>
            ))}
          </div>
        ) : (
          <ReadingState payload={payload} reading={reading} tooLarge={tooLarge} />
        )}
        {maxPayloadBytes !== null && (
          <span
            title="As it is sent: no spaces, and six bytes for each character that is not ASCII"
            className={classNames(
              'shrink-0 tabular-nums',
              tooLarge === null ? 'text-muted' : 'font-medium text-failed',
            )}
          >
            {reading.size === null ? '–' : sizeText(reading.size)} of {sizeText(maxPayloadBytes)}
          </span>
        )}
      </div>
    </div>
  );
}

interface ReadingStateProps {
  payload: string;
  reading: PayloadReading;
  tooLarge: string | null;
}

/** The first fault, errors before warnings; changes with each key, so it is not read aloud. */
function ReadingState({ payload, reading, tooLarge }: ReadingStateProps) {
  const { faults } = reading;
  if (payload === '')
    return <p className="text-muted">Choose an event type to begin with its sample.</p>;
  const fault = faults.find(({ severity }) => severity === 'error') ?? faults[0];
  if (fault === undefined) {
    if (tooLarge !== null) {
      return (
        <p className="flex min-w-0 flex-1 gap-1.5 text-failed">
          <CircleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
          {tooLarge}
        </p>
      );
    }
    return (
      <p className="flex min-w-0 flex-1 gap-1.5 text-muted">
        <CircleCheck aria-hidden className="mt-0.75 size-3.5 shrink-0 text-success" />
        Valid JSON
      </p>
    );
  }
  const isError = fault.severity === 'error';
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <p
      className={classNames(
        'flex min-w-0 flex-1 gap-1.5',
        isError ? 'text-failed' : 'text-retrying',
      )}
    >
      <Icon aria-hidden className="mt-0.75 size-3.5 shrink-0" />
      {/* One line, so that nothing below moves while one types; the editor shows it whole. */}
      <span className="truncate" title={fault.message}>
        {faults.length > 1 && `${faults.length} faults. `}
        {placeText(payload, reading, fault.message)}
        {fault.message}
      </span>
    </p>
  );
}

/** `Line 3: ` for a message that is of a fault in the text. */
function placeText(payload: string, { faults }: PayloadReading, message: string): string {
  const fault = faults.find((each) => each.message === message);
  return fault === undefined ? '' : `Line ${placeOf(payload, fault.from).line}: `;
}

const KIBIBYTES = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `1.2 KiB`; below one, in bytes. */
function sizeText(bytes: number): string {
  return bytes < 1_024 ? `${bytes} bytes` : `${KIBIBYTES.format(bytes / 1_024)} KiB`;
}

/** As the samples are written. For payloads without faults: no key is lost. */
function pretty(text: string): string {
  return prettyExact(parseExact(text));
}
