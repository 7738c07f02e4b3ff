import { CalendarDays, Check, ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';

import { Button } from '../../components/button.tsx';
import { Popover } from '../../components/popover.tsx';
import { CONTROL_CLASSES } from '../../components/text-input.tsx';
import { classNames } from '../../lib/class-names.ts';
import { RANGE_LABELS, RANGES, type RangeSearch } from '../../lib/time-range.ts';

export interface TimeFilterProps {
  value: RangeSearch;
  onChange: (value: RangeSearch) => void;
  className?: string | undefined;
}

/** A range of time: none, one up to now, or one of one's own. */
export function TimeFilter({ value, onChange, className }: TimeFilterProps) {
  const isAny = value.range === undefined && value.from === undefined && value.to === undefined;
  return (
    <Popover
      label="Time"
      className="w-72 p-1!"
      trigger={
        <button
          type="button"
          aria-label={`Time: ${labelOf(value)}`}
          className={classNames(
            CONTROL_CLASSES,
            'flex h-9 items-center justify-between gap-2 px-3 text-left',
            className,
          )}
        >
          <span className={classNames('truncate', isAny ? 'text-muted' : 'font-medium')}>
            {labelOf(value)}
          </span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </button>
      }
    >
      {(close) => {
        const choose = (next: RangeSearch) => {
          onChange(next);
          close();
        };
        return (
          <>
            <Choice label="Any time" isOn={isAny} onSelect={() => choose({})} />
            {RANGES.map((range) => (
              <Choice
                key={range}
                label={RANGE_LABELS[range]}
                isOn={value.range === range}
                onSelect={() => choose({ range })}
              />
            ))}
            <OwnRange value={value} onChange={choose} />
          </>
        );
      }}
    </Popover>
  );
}

function Choice({ label, isOn, onSelect }: { label: string; isOn: boolean; onSelect: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onSelect}
      className="relative flex h-8 w-full items-center rounded-md pr-2 pl-8 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
    >
      {isOn && <Check aria-hidden className="absolute left-2 size-4 text-accent" />}
      {label}
    </button>
  );
}

/** In the reader's own time zone. */
function OwnRange({ value, onChange }: Pick<TimeFilterProps, 'value' | 'onChange'>) {
  const id = useId();
  const [from, setFrom] = useState(() => localOf(value.from));
  const [to, setTo] = useState(() => localOf(value.to));
  const isReversed = from !== '' && to !== '' && from >= to;
  return (
    <form
      className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] items-center gap-2 border-t border-line p-2 pt-3 text-sm"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({
          ...(from === '' ? {} : { from: new Date(from).toISOString() }),
          ...(to === '' ? {} : { to: new Date(to).toISOString() }),
        });
      }}
    >
      <label htmlFor={`${id}-from`} className="text-muted">
        From
      </label>
      <input
        id={`${id}-from`}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        className={classNames(CONTROL_CLASSES, 'h-8 px-2 text-sm')}
      />
      <label htmlFor={`${id}-to`} className="text-muted">
        To
      </label>
      <input
        id={`${id}-to`}
        type="datetime-local"
        value={to}
        aria-invalid={isReversed || undefined}
        aria-describedby={isReversed ? `${id}-fault` : undefined}
        onChange={(event) => setTo(event.target.value)}
        className={classNames(CONTROL_CLASSES, 'h-8 px-2 text-sm')}
      />
      {isReversed && (
        <p id={`${id}-fault`} role="alert" className="col-span-2 text-failed">
          The end has to be after the start.
        </p>
      )}
      <Button
        type="submit"
        size="sm"
        icon={CalendarDays}
        disabled={isReversed || (from === '' && to === '')}
        className="col-span-2"
      >
        Use this range
      </Button>
    </form>
  );
}

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function labelOf({ range, from, to }: RangeSearch): string {
  if (range !== undefined) return RANGE_LABELS[range];
  const start = from === undefined ? null : MOMENT.format(Date.parse(from));
  const end = to === undefined ? null : MOMENT.format(Date.parse(to));
  if (start !== null && end !== null) return `${start} – ${end}`;
  if (start !== null) return `Since ${start}`;
  return end === null ? 'Any time' : `Until ${end}`;
}

/** As an input of this type takes it: local time without a zone. */
function localOf(moment: string | undefined): string {
  if (moment === undefined) return '';
  const date = new Date(moment);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
