import { Outlet, useParams } from '@tanstack/react-router';
import { Download, Pause, Play } from 'lucide-react';
import { useRef, useState } from 'react';

import { Button, IconButton } from '../../components/form/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useLiveDeliveries } from '../../live/use-live-deliveries.ts';
import { classNames } from '../../lib/class-names.ts';
import { useLatestCallback } from '../../lib/latest-callback.ts';
import { useShortcut } from '../../lib/keyboard/shortcuts.ts';
import type { DeliveriesTableHandle } from './table/deliveries-table.tsx';
import { useSession } from '../../session/session.tsx';
import { DeliveriesView } from './deliveries-view.tsx';
import { ExportDeliveries } from './export/export-deliveries.tsx';
import { RetryAll } from './retry-all.tsx';
import { FilterBy } from './filters/filter-by.ts';
import { FilterChips } from './filters/filter-chips.tsx';
import { FiltersBar } from './filters/filters-bar.tsx';
import { ListState } from './table/list-state.tsx';
import { useDeliveriesSearch, useDeliveryFilter } from './use-deliveries-search.ts';
import { useSteadyList } from './table/use-steady-list.ts';

/** As many as the API gives at once: fewer requests for who scrolls far. */
const PAGE_SIZE = 100;

/** `/deliveries`: every delivery as it happens, and the pane of one of them. */
export function DeliveriesPage() {
  const searchState = useDeliveriesSearch();
  const { deliveryId } = useParams({ strict: false });
  const filter = useDeliveryFilter(searchState.search);
  const list = useSteadyList(useLiveDeliveries(filter, { pageSize: PAGE_SIZE }));
  const [isPaused, setPaused] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const { mayWrite } = useSession();
  const table = useRef<DeliveriesTableHandle>(null);
  const filterBy = useLatestCallback(searchState.change);
  const toggle = () => setPaused((before) => !before);
  useShortcut({ keys: 'p', label: 'Pause or resume', group: 'Deliveries' }, toggle);
  return (
    <>
      {/* As high as what the shell leaves, so that the list scrolls and its headings stay. */}
      <div
        className={classNames(
          'flex h-[calc(100dvh-9.5rem-env(safe-area-inset-bottom))] min-h-96 flex-col gap-3 md:-mb-6 md:h-[calc(100dvh-5.25rem)]',
          // Where the pane has room beside the list, it does not lie over it.
          deliveryId !== undefined && 'lg:mr-(--pane-beside)',
        )}
      >
        <PageHeader
          isCompact
          title="Deliveries"
          meta={
            <ListState
              live={list.live}
              filter={filter}
              isPaused={isPaused}
              newCount={list.snapshot.newCount}
              onShowNew={() => {
                list.live.showNew();
                table.current?.scrollToTop();
              }}
            />
          }
          actions={
            <>
              {mayWrite && <RetryAll search={searchState.search} filter={filter} />}
              <IconButton
                icon={Download}
                label="Export"
                variant="secondary"
                onClick={() => setExporting(true)}
              />
              <Button
                size="sm"
                icon={isPaused ? Play : Pause}
                aria-pressed={isPaused}
                title="New deliveries wait until you resume (p)"
                onClick={toggle}
              >
                {isPaused ? 'Resume' : 'Pause'}
              </Button>
            </>
          }
        />
        <FiltersBar search={searchState.search} change={searchState.change} />
        <FilterChips {...searchState} />
        <FilterBy value={filterBy}>
          <DeliveriesView
            {...list}
            table={table}
            isPaused={isPaused}
            openId={deliveryId ?? null}
            search={searchState.search}
            onClearFilters={searchState.clearAll}
          />
        </FilterBy>
      </div>
      {isExporting && <ExportDeliveries filter={filter} onClose={() => setExporting(false)} />}
      <Outlet />
    </>
  );
}
