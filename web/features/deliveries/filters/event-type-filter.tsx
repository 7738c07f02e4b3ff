import { useQuery } from 'urql';

import { Checkbox } from '../../../components/form/checkbox.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { groupsOf } from '../../../graphql/event-types.ts';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { FilterMenu } from '../../../components/overlay/filter-menu.tsx';

const eventTypesDocument = graphql(`
  query EventTypesToFilterBy {
    eventTypes(includeDeprecated: true) {
      id
      name
      group
    }
  }
`);

export interface EventTypeFilterProps {
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Any of the event types, group by group. */
export function EventTypeFilter({ value, onChange }: EventTypeFilterProps) {
  return (
    <FilterMenu label="Event type" count={value.length} className="w-72">
      <Choices value={value} onChange={onChange} />
    </FilterMenu>
  );
}

/** Mounted with the open panel: the types are read when they are first needed. */
function Choices({ value, onChange }: EventTypeFilterProps) {
  const [{ data, error }, again] = useQuery({ query: eventTypesDocument });
  if (data === undefined) {
    return error === undefined ? (
      <SkeletonRows rows={6} columns={1} rowClassName="h-8" />
    ) : (
      <ErrorState
        error={{ message: faultMessage(error) }}
        onRetry={() => again({ requestPolicy: 'network-only' })}
      />
    );
  }
  function set(names: readonly string[], isOn: boolean): void {
    const rest = value.filter((each) => !names.includes(each));
    onChange(isOn ? [...rest, ...names] : rest);
  }
  return (
    <div className="max-h-[min(25rem,60dvh)] overflow-y-auto">
      {groupsOf(data.eventTypes).map(([group, types]) => {
        const names = types.map(({ name }) => name);
        const chosen = names.filter((name) => value.includes(name)).length;
        const all = chosen === names.length;
        return (
          <fieldset key={group} className="mb-2 last:mb-0">
            <legend className="sr-only">{group}</legend>
            <Checkbox
              checked={all ? true : chosen > 0 ? 'mixed' : false}
              onChange={() => set(names, !all)}
              label={<span className="font-medium">{group}</span>}
            />
            <div className="pl-6.5">
              {names.map((name) => (
                <Checkbox
                  key={name}
                  checked={value.includes(name)}
                  onChange={(isOn) => set([name], isOn)}
                  label={name}
                />
              ))}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
}
