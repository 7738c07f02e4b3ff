import { useState } from 'react';

import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { RANGE_LABELS, RANGES, type RangeName, type RangeSearch } from '../../lib/time-range.ts';
import { ChoiceList } from './choice-list.tsx';
import { FilterMenu } from './filter-menu.tsx';
import { localInputOf, momentOfLocalInput } from './local-time.ts';

export interface TimeFilterProps {
  value: RangeSearch;
  onChange: (value: RangeSearch) => void;
}

/** When deliveries were made: a range up to now, or from and to of one's own. */
export function TimeFilter({ value, onChange }: TimeFilterProps) {
  const isSet = Object.keys(value).length > 0;
  return (
    <FilterMenu label="Time" count={isSet ? 1 : 0} className="w-72">
      {(close) => (
        <Ranges
          value={value}
          onChange={(next) => {
            onChange(next);
            close();
          }}
        />
      )}
    </FilterMenu>
  );
}

const ANY = 'any';
const OPTIONS: readonly { value: RangeName | typeof ANY; label: string }[] = [
  { value: ANY, label: 'Any time' },
  ...RANGES.map((range) => ({ value: range, label: RANGE_LABELS[range] })),
];

function Ranges({ value, onChange }: TimeFilterProps) {
  const isOwn = value.from !== undefined || value.to !== undefined;
  return (
    <div className="grid gap-4">
      <ChoiceList
        label="Made within"
        value={isOwn ? null : (value.range ?? ANY)}
        options={OPTIONS}
        onChange={(range) => onChange(range === ANY ? {} : { range })}
      />
      <OwnRange value={value} onChange={onChange} />
    </div>
  );
}

function OwnRange({ value, onChange }: TimeFilterProps) {
  const [from, setFrom] = useState(() => localInputOf(value.from));
  const [to, setTo] = useState(() => localInputOf(value.to));
  const start = momentOfLocalInput(from);
  const end = momentOfLocalInput(to);
  const isReversed = start !== undefined && end !== undefined && start >= end;
  return (
    <form
      noValidate
      className="grid gap-3 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReversed) return;
        onChange({
          ...(start === undefined ? {} : { from: start }),
          ...(end === undefined ? {} : { to: end }),
        });
      }}
    >
      <Field label="From">
        {(ids) => (
          <TextInput
            {...ids}
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        )}
      </Field>
      <Field label="To" error={isReversed ? 'The end has to be after the start.' : null}>
        {(ids) => (
          <TextInput
            {...ids}
            type="datetime-local"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        size="sm"
        variant="primary"
        disabled={isReversed || (start === undefined && end === undefined)}
      >
        Apply
      </Button>
    </form>
  );
}
