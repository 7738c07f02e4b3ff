import { EventIdSearch } from './event-id-search.tsx';
import { EventTypeFilter } from './event-type-filter.tsx';
import { StatusFilter } from './status-filter.tsx';
import { TestsFilter } from './tests-filter.tsx';
import { CustomerPicker } from '../../../customers/customer-picker.tsx';
import { useHasCustomers } from '../../../customers/has-customers.ts';
import { FilterMenu } from '../../../components/overlay/filter-menu.tsx';
import { TimeFilter } from '../../../components/time/time-filter.tsx';
import type { DeliveriesSearchState } from '../use-deliveries-search.ts';
import { WebhookFilter } from './webhook-filter.tsx';

/**
 * All that the list can be narrowed by, in one line; what is chosen stands in the address. Where there
 * is no room for them beside the search, the filters are behind one button.
 */
export function FiltersBar({ search, change }: FiltersProps) {
  const { event: _event, ...others } = search;
  const chosen = Object.values(others).filter((value) => value !== undefined).length;
  return (
    <div role="search" aria-label="Deliveries" className="@container">
      <div className="flex gap-2">
        <EventIdSearch
          value={search.event ?? ''}
          onChange={(event) => change({ event }, { replace: true })}
        />
        <div className="hidden flex-wrap gap-1.5 @2xl:flex">
          <Filters search={search} change={change} />
        </div>
        <div className="@2xl:hidden">
          <FilterMenu label="Filters" panel="All filters" count={chosen}>
            <div className="flex w-64 max-w-full flex-wrap gap-1.5">
              <Filters search={search} change={change} />
            </div>
          </FilterMenu>
        </div>
      </div>
    </div>
  );
}

type FiltersProps = Pick<DeliveriesSearchState, 'search' | 'change'>;

function Filters({ search, change }: FiltersProps) {
  const { range, from, to } = search;
  const hasCustomers = useHasCustomers();
  return (
    <>
      <StatusFilter value={search.status ?? []} onChange={(status) => change({ status })} />
      <WebhookFilter value={search.webhook ?? []} onChange={(webhook) => change({ webhook })} />
      <EventTypeFilter value={search.type ?? []} onChange={(type) => change({ type })} />
      {(hasCustomers || search.customer !== undefined) && (
        <CustomerPicker
          value={search.customer?.[0] ?? null}
          noneLabel="Customer"
          onChange={(key) => change({ customer: key === null ? undefined : [key] })}
          className="w-36!"
        />
      )}
      <TimeFilter
        value={{
          ...(range === undefined ? {} : { range }),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        }}
        onChange={(next) => change({ range: next.range, from: next.from, to: next.to })}
      />
      <TestsFilter value={search.test} onChange={(test) => change({ test })} />
    </>
  );
}
