import { X } from 'lucide-react';

import { Button } from '../../../components/form/button.tsx';
import { SearchInput } from '../../../components/form/search-input.tsx';
import { TimeFilter } from '../../../components/time/time-filter.tsx';
import { CustomerPicker } from '../../../customers/customer-picker.tsx';
import { useHasCustomers } from '../../../customers/has-customers.ts';
import { useEventTypes } from '../../../graphql/event-types.ts';
import { useTypedText } from '../../../lib/typed-text.ts';
import { EventTypePicker } from '../composer/event-type-picker.tsx';
import { eventsSearchOf, type EventsSearch } from './events-search.ts';
import { isAnySet } from '../../../lib/search-text.ts';

export type EventFilterValues = Pick<
  EventsSearch,
  'event' | 'type' | 'customer' | 'range' | 'from' | 'to'
>;

export interface EventFiltersProps {
  value: EventFilterValues;
  onChange: (value: EventFilterValues) => void;
}

/** Narrows the list of events. An id is looked for once the typing rests, or with Enter. */
export function EventFilters({ value, onChange }: EventFiltersProps) {
  const types = useEventTypes();
  const { event, type, customer, ...range } = value;
  const hasCustomers = useHasCustomers();
  const change = (next: { [Name in keyof EventFilterValues]: string | null }) =>
    onChange(eventsSearchOf({ ...value, ...next }));
  const { typed, setTyped, tellNow } = useTypedText(event ?? '', (next) => change({ event: next }));
  return (
    <search className="flex flex-wrap items-center gap-2">
      <form
        className="w-full sm:w-80"
        onSubmit={(submit) => {
          submit.preventDefault();
          tellNow();
        }}
      >
        <SearchInput
          label="Exact event id"
          placeholder="Exact event id"
          shortcut="/"
          value={typed}
          onChange={setTyped}
          isMono={typed !== ''}
        />
      </form>
      <EventTypePicker
        types={types}
        value={type ?? null}
        placeholder="Any event type"
        canClear
        onChange={(next) => change({ type: next })}
        className="flex-1 sm:w-56! sm:flex-none"
      />
      {(hasCustomers || customer !== undefined) && (
        <CustomerPicker
          value={customer ?? null}
          noneLabel="Any customer"
          onChange={(next) => change({ customer: next })}
          className="flex-1 sm:w-44! sm:flex-none"
        />
      )}
      <TimeFilter
        value={range}
        onChange={(next) => change({ range: null, from: null, to: null, ...next })}
        isTold
      />
      {isAnySet(value) && (
        <Button variant="ghost" icon={X} onClick={() => onChange({})}>
          <span className="max-sm:sr-only">Clear</span>
        </Button>
      )}
    </search>
  );
}
