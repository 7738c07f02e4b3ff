import { ChoiceList } from '../../../components/form/choice-list.tsx';
import type { DeliveriesSearch } from '../../../deliveries/deliveries-search.ts';
import { FilterMenu } from '../../../components/overlay/filter-menu.tsx';

const OPTIONS = [
  { value: 'all', label: 'Tests and others' },
  { value: 'only', label: 'Only tests' },
  { value: 'none', label: 'No tests' },
] as const;

export interface TestsFilterProps {
  value: DeliveriesSearch['test'];
  onChange: (value: DeliveriesSearch['test']) => void;
}

/** Whether deliveries that were made to try a webhook are shown. */
export function TestsFilter({ value, onChange }: TestsFilterProps) {
  return (
    <FilterMenu label="Tests" count={value === undefined ? 0 : 1}>
      {(close) => (
        <ChoiceList
          label="Tests"
          value={value ?? 'all'}
          options={OPTIONS}
          onChange={(next) => {
            onChange(next === 'all' ? undefined : next);
            close();
          }}
        />
      )}
    </FilterMenu>
  );
}
