import { X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';

import { Button } from '../../components/button.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { useEventTypes } from '../../graphql/event-types.ts';
import { EventTypePicker } from './event-type-picker.tsx';
import { eventsSearchOf, type EventsSearch } from './events-search.ts';
import { TimeFilter } from './time-filter.tsx';

export type EventFilterValues = Pick<EventsSearch, 'event' | 'type' | 'range' | 'from' | 'to'>;

export interface EventFiltersProps {
  value: EventFilterValues;
  onChange: (value: EventFilterValues) => void;
}

/** Narrows the list of events. An id is looked for once the typing rests, or with Enter. */
export function EventFilters({ value, onChange }: EventFiltersProps) {
  const types = useEventTypes();
  const { event, type, ...range } = value;
  const change = (next: { [Name in keyof EventFilterValues]: string | null }) =>
    onChange(eventsSearchOf({ ...value, ...next }));
  const [typed, setTyped, look] = useTyped(event ?? '', (next) => change({ event: next }));
  return (
    <search className="flex flex-wrap items-center gap-2">
      <form
        className="w-full sm:w-80"
        onSubmit={(submit) => {
          submit.preventDefault();
          look();
        }}
      >
        <SearchInput
          label="Find by event id, exact"
          placeholder="Event id, exact and whole"
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
      <TimeFilter
        value={range}
        onChange={(next) => change({ range: null, from: null, to: null, ...next })}
        className="flex-1 sm:w-48! sm:flex-none"
      />
      {Object.keys(value).length > 0 && (
        <Button variant="ghost" icon={X} onClick={() => onChange({})}>
          <span className="max-sm:sr-only">Clear</span>
        </Button>
      )}
    </search>
  );
}

const TYPING_MS = 400;

/** What is typed, told when the typing rests; what comes from outside (Back) takes its place. */
function useTyped(
  told: string,
  onRest: (text: string) => void,
): [typed: string, setTyped: (text: string) => void, tellNow: () => void] {
  const [typed, setTyped] = useState(told);
  const lastTold = useRef(told);
  const latest = useRef(onRest);
  useEffect(() => {
    latest.current = onRest;
  });
  useEffect(() => {
    if (told === lastTold.current) return;
    lastTold.current = told;
    setTyped(told);
  }, [told]);
  const tell = useCallback((text: string) => {
    if (text.trim() === lastTold.current) return;
    lastTold.current = text.trim();
    latest.current(text.trim());
  }, []);
  useEffect(() => {
    // An emptied search has nothing to wait for.
    const timer = setTimeout(() => tell(typed), typed === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, tell]);
  return [typed, setTyped, () => tell(typed)];
}
