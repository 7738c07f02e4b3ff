import { CalendarRange } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { inputZone } from '../../lib/time/local-input.ts';
import { checkDraft, draftOf } from '../../lib/time/own-range.ts';
import {
  formatRange,
  RANGES,
  type RangeName,
  type RangeSearch,
} from '../../lib/time/time-range.ts';
import { Button } from '../form/button.tsx';
import { Field } from '../form/field.tsx';
import { Popover } from '../overlay/popover.tsx';
import { Segmented } from '../form/segmented.tsx';
import { TextInput } from '../form/text-input.tsx';

export interface RangePickerProps {
  value: RangeSearch;
  onChange: (value: RangeSearch) => void;
  /** What it is where the address says nothing; none where that means all of time. */
  fallback?: RangeName | undefined;
}

const OPTIONS = RANGES.map((value) => ({ value, label: value.replace(/(\d+)/, '$1 ') }));

/** Up to now, by a click, or from and to of one's own. */
export function RangePicker({ value, onChange, fallback }: RangePickerProps) {
  const isOwn = value.from !== undefined || value.to !== undefined;
  const named = isOwn ? undefined : (value.range ?? fallback);
  return (
    <div className="flex max-w-full min-w-0 flex-wrap items-center gap-2">
      <Segmented<RangeName | 'none'>
        label="Range"
        value={named ?? 'none'}
        onChange={(range) => {
          if (range !== 'none') onChange({ range });
        }}
        options={OPTIONS}
      />
      <Popover
        label="Custom range"
        align="end"
        className="w-72"
        trigger={
          <Button
            icon={CalendarRange}
            aria-label={isOwn ? `Custom range: ${formatRange(value)}` : 'Custom range'}
            className={classNames('min-w-0 px-3!', isOwn && 'border-accent!')}
          >
            {isOwn ? (
              <span className="truncate">{formatRange(value)}</span>
            ) : (
              <span className="max-sm:sr-only">Custom range</span>
            )}
          </Button>
        }
      >
        {(close) => (
          <OwnRangeForm
            value={value}
            around={named ?? '24h'}
            onChange={(range) => {
              onChange(range);
              close();
            }}
          />
        )}
      </Popover>
    </div>
  );
}

interface OwnRangeFormProps {
  value: RangeSearch;
  around: RangeName;
  onChange: (value: RangeSearch) => void;
}

/** Mounted with the open popover: what was typed and not applied is gone the next time. */
function OwnRangeForm({ value, around, onChange }: OwnRangeFormProps) {
  const [draft, setDraft] = useState(() => draftOf(value, around, Date.now()));
  const [fault, setFault] = useState<{ from: string | null; to: string | null } | null>(null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const checked = checkDraft(draft, Date.now());
    if ('fault' in checked) setFault(checked.fault);
    else onChange(checked);
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3">
      {(['from', 'to'] as const).map((end) => (
        <Field key={end} label={end === 'from' ? 'From' : 'Up to'} error={fault?.[end]}>
          {(ids) => (
            <TextInput
              {...ids}
              type="datetime-local"
              value={draft[end]}
              onChange={(event) => {
                setDraft({ ...draft, [end]: event.target.value });
                setFault(null);
              }}
            />
          )}
        </Field>
      ))}
      <p className="text-xs text-muted">Times are those of {inputZone()}.</p>
      <Button type="submit" variant="primary" size="sm">
        Apply
      </Button>
    </form>
  );
}
