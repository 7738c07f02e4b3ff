import { Checkbox } from '../../../components/form/checkbox.tsx';
import { STATUS_LABELS, statusIcon } from '../../../components/state/status-badge.tsx';
import { STATUSES, type DeliveryStatus } from '../../../deliveries/deliveries-search.ts';
import { FilterMenu } from '../../../components/overlay/filter-menu.tsx';

export interface StatusFilterProps {
  value: readonly DeliveryStatus[];
  onChange: (value: DeliveryStatus[]) => void;
}

/** Any of the five statuses. */
export function StatusFilter({ value, onChange }: StatusFilterProps) {
  return (
    <FilterMenu label="Status" count={value.length}>
      <fieldset>
        <legend className="sr-only">Status</legend>
        {STATUSES.map((status) => {
          const Icon = statusIcon[status];
          return (
            <Checkbox
              key={status}
              checked={value.includes(status)}
              onChange={(isOn) =>
                onChange(STATUSES.filter((each) => (each === status ? isOn : value.includes(each))))
              }
              label={
                <span className="flex items-center gap-2">
                  <Icon aria-hidden className="size-4 text-muted" />
                  {STATUS_LABELS[status]}
                </span>
              }
            />
          );
        })}
      </fieldset>
    </FilterMenu>
  );
}
