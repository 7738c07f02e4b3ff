import { EventIdSearch } from './event-id-search.tsx';
import { EventTypeFilter } from './event-type-filter.tsx';
import { StatusFilter } from './status-filter.tsx';
import { TestsFilter } from './tests-filter.tsx';
import { TimeFilter } from '../../components/time-filter.tsx';
import type { DeliveriesSearchState } from './use-deliveries-search.ts';
import { WebhookFilter } from './webhook-filter.tsx';

/** All that the list can be narrowed by; what is chosen stands in the address. */
export function FiltersBar({ search, change }: Pick<DeliveriesSearchState, 'search' | 'change'>) {
  const { range, from, to } = search;
  return (
    <div role="search" aria-label="Deliveries" className="flex flex-wrap gap-2">
      <EventIdSearch
        value={search.event ?? ''}
        onChange={(event) => change({ event }, { replace: true })}
      />
      {/* One line on a phone, to be swiped; the padding keeps focus rings from being cut off. */}
      <div className="-m-1 flex min-w-0 gap-1.5 overflow-x-auto p-1 [scrollbar-width:none] max-sm:w-[calc(100%+0.5rem)] sm:flex-wrap">
        <StatusFilter value={search.status ?? []} onChange={(status) => change({ status })} />
        <WebhookFilter value={search.webhook ?? []} onChange={(webhook) => change({ webhook })} />
        <EventTypeFilter value={search.type ?? []} onChange={(type) => change({ type })} />
        <TimeFilter
          value={{
            ...(range === undefined ? {} : { range }),
            ...(from === undefined ? {} : { from }),
            ...(to === undefined ? {} : { to }),
          }}
          onChange={(next) => change({ range: next.range, from: next.from, to: next.to })}
        />
        <TestsFilter value={search.test} onChange={(test) => change({ test })} />
      </div>
    </div>
  );
}
