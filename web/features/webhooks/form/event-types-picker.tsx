import { useState } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { Checkbox } from '../../../components/form/checkbox.tsx';
import { SearchInput } from '../../../components/form/search-input.tsx';
import { PatternRow } from './pattern-row.tsx';
import { groupsOf, isPattern, standsFor, type EventType } from '../../../graphql/event-types.ts';

export interface EventTypesPickerProps {
  types: readonly EventType[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  errors: readonly string[];
}

/** Event types to tick, one by one, by group, or all that a search finds. */
export function EventTypesPicker({ types, chosen, onChange, errors }: EventTypesPickerProps) {
  const [search, setSearch] = useState('');
  const isChosen = new Set(chosen);
  // What is not offered any more stays where it was chosen before, so that it can be taken away.
  const [before] = useState(isChosen);
  const shown = types.filter(({ name, deprecatedAt }) => deprecatedAt === null || before.has(name));
  const found = shown.filter((type) => fits(type, search));
  const isWhole = found.length === shown.length;

  function set(names: readonly EventType[], isOn: boolean): void {
    const next = new Set(chosen);
    for (const { name } of names) {
      if (isOn) next.add(name);
      else next.delete(name);
    }
    // In the catalogue's order, whatever the order of the clicks; patterns stay before them.
    onChange([
      ...chosen.filter(isPattern),
      ...types.filter(({ name }) => next.has(name)).map(({ name }) => name),
    ]);
  }

  const stateOf = (some: readonly EventType[]) => {
    const count = some.filter(({ name }) => isChosen.has(name)).length;
    return count === 0 ? false : count === some.length ? true : ('mixed' as const);
  };

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label="Search event types"
          placeholder="Search event types"
          value={search}
          onChange={setSearch}
          className="flex-1 max-sm:basis-full"
        />
        <Button
          disabled={found.length === 0 || stateOf(found) === true}
          onClick={() => set(found, true)}
        >
          {isWhole ? 'Select all' : `Select ${found.length} found`}
        </Button>
        <Button disabled={stateOf(found) === false} onClick={() => set(found, false)}>
          {isWhole ? 'Clear' : 'Clear found'}
        </Button>
      </div>
      <PatternRow
        types={types}
        patterns={chosen.filter(isPattern)}
        onChange={(patterns) =>
          onChange([...patterns, ...chosen.filter((each) => !isPattern(each))])
        }
      />
      {errors.map((message) => (
        <p key={message} role="alert" className="text-sm text-failed">
          {message}
        </p>
      ))}
      {found.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">No event type fits “{search}”.</p>
      )}
      <div className="gap-x-6 sm:columns-2 lg:columns-3 xl:columns-2">
        {groupsOf(found).map(([group, members]) => (
          <fieldset key={group} className="mb-3 break-inside-avoid">
            <legend className="sr-only">{group}</legend>
            <Checkbox
              label={<span className="font-semibold">{group}</span>}
              checked={stateOf(members)}
              onChange={(isOn) => set(members, isOn)}
            />
            <div className="ml-2 border-l border-line pl-4">
              {members.map((type) => (
                <Checkbox
                  key={type.name}
                  label={
                    <span title={type.description ?? undefined} className="font-mono text-xs">
                      {type.name}
                      {type.deprecatedAt !== null && (
                        <span className="text-muted"> deprecated</span>
                      )}
                      <ByPattern name={type.name} chosen={chosen} />
                    </span>
                  }
                  checked={isChosen.has(type.name)}
                  onChange={(isOn) => set([type], isOn)}
                />
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </div>
  );
}

function ByPattern({ name, chosen }: { name: string; chosen: readonly string[] }) {
  const pattern = chosen.find((each) => isPattern(each) && standsFor(each, name));
  return pattern === undefined ? null : <span className="text-accent"> by {pattern}</span>;
}

function fits({ name, group, description }: EventType, search: string): boolean {
  const sought = search.trim().toLowerCase();
  return [name, group, description ?? ''].some((text) => text.toLowerCase().includes(sought));
}
