import { useState } from 'react';

import { Button } from '../form/button.tsx';
import { Field } from '../form/field.tsx';
import { TextInput } from '../form/text-input.tsx';
import { fromLocalInput, toLocalInput } from '../../lib/time/local-input.ts';
import {
  formatRange,
  RANGE_LABELS,
  RANGES,
  type RangeName,
  type RangeSearch,
} from '../../lib/time/time-range.ts';
import { ChoiceList } from '../form/choice-list.tsx';
import { isAnySet } from '../../lib/search-text.ts';
import { FilterMenu } from '../overlay/filter-menu.tsx';

export interface TimeFilterProps {
  value: RangeSearch;
  onChange: (value: RangeSearch) => void;
  /** The button says which: where no chip does. */
  isTold?: boolean;
}

/** When something was made: a range up to now, or from and to of one's own. */
export function TimeFilter({ value, onChange, isTold = false }: TimeFilterProps) {
  const isSet = isAnySet(value);
  return (
    <FilterMenu
      label="Time"
      text={isTold ? (isSet ? formatRange(value) : 'Any time') : undefined}
      count={isSet ? 1 : 0}
      className="w-72"
    >
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

type RangesProps = Pick<TimeFilterProps, 'value' | 'onChange'>;

function Ranges({ value, onChange }: RangesProps) {
  const isOwn = value.from !== undefined || value.to !== undefined;
  return (
    <div className="grid gap-4">
      <ChoiceList
        label="Created within"
        value={isOwn ? null : (value.range ?? ANY)}
        options={OPTIONS}
        onChange={(range) => onChange(range === ANY ? {} : { range })}
      />
      <OwnRange value={value} onChange={onChange} />
    </div>
  );
}

function OwnRange({ value, onChange }: RangesProps) {
  const [from, setFrom] = useState(() => localInputOf(value.from));
  const [to, setTo] = useState(() => localInputOf(value.to));
  const start = fromLocalInput(from);
  const end = fromLocalInput(to);
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

const localInputOf = (moment: string | undefined) =>
  moment === undefined ? '' : toLocalInput(Date.parse(moment));
