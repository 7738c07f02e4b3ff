import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type Ref,
} from 'react';

import type { DeliveryRow } from '../../../live/delivery-row.ts';
import type { LiveDeliveries, LiveSnapshot } from '../../../live/live-deliveries.ts';
import { useHolds } from '../../../live/unreached-webhooks.ts';
import type { Picks } from '../picks/use-picks.ts';
import { TableFooter } from './table-footer.tsx';
import { TableHeader } from './table-header.tsx';
import { HEADER_PX, ROW_PX, useTableLayout } from './table-layout.ts';
import { TableRow } from './table-row.tsx';

/** Rows drawn beyond what is seen, and rows from the end at which the next page is read. */
const OVERSCAN = 8;
const ASK_BEFORE_END = 40;
/** Less than this from the top is at the top. */
const TOP_PX = 4;

/** What the page may ask of the table. */
export interface DeliveriesTableHandle {
  scrollToTop(): void;
  scrollToRow(index: number): void;
}

export interface DeliveriesTableProps {
  ref: Ref<DeliveriesTableHandle>;
  live: LiveDeliveries<DeliveryRow>;
  snapshot: LiveSnapshot;
  /** Whose pane is open. */
  selectedId: string | null;
  /** Where `j` and `k` stand. */
  activeId: string | null;
  onScrolledChange: (isScrolled: boolean) => void;
  /** The pointer moves over the rows. */
  onAim: () => void;
  /** Rows that are picked; null for those who can do nothing with them. */
  picks: Picks | null;
}

/** The list of deliveries, of which only the rows in view are drawn. */
export function DeliveriesTable(props: DeliveriesTableProps) {
  const { ref, live, snapshot, selectedId, activeId, onScrolledChange, onAim, picks } = props;
  const { ids, hasMore, isLoadingMore, isFull } = snapshot;
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const layout = useTableLayout(scroller);
  const holds = useHolds();
  const rowPx = ROW_PX[layout];
  const headerPx = layout === 'cards' ? 0 : HEADER_PX;

  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    paddingStart: headerPx,
    scrollPaddingStart: headerPx,
  });
  useImperativeHandle(ref, () => ({
    scrollToTop: () => scroller?.scrollTo({ top: 0 }),
    scrollToRow: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  }));

  const firstSeen = useRef(0);
  const onScroll = useCallback(
    (element: HTMLDivElement) => {
      firstSeen.current = element.scrollTop / rowPx;
      onScrolledChange(element.scrollTop > TOP_PX);
    },
    [rowPx, onScrolledChange],
  );

  // Rows of another height, or another list: the place is kept, or is the top.
  useLayoutEffect(() => {
    if (scroller === null) return;
    virtualizer.measure();
    scroller.scrollTop = firstSeen.current * rowPx;
  }, [scroller, virtualizer, rowPx]);
  useLayoutEffect(() => {
    if (scroller !== null) scroller.scrollTop = 0;
  }, [scroller, live]);

  // Gone for the moment, e.g. because nothing fits: what comes next starts at its top.
  useEffect(() => () => onScrolledChange(false), [onScrolledChange]);

  useSelectedInView(scroller, ids, selectedId, rowPx, (index) =>
    virtualizer.scrollToIndex(index, { align: 'auto' }),
  );

  const items = virtualizer.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;
  const isNearEnd = lastDrawn >= ids.length - ASK_BEFORE_END;
  useEffect(() => {
    if (isNearEnd && hasMore && !isLoadingMore && !isFull) live.loadMore();
  }, [isNearEnd, hasMore, isLoadingMore, isFull, live, lastDrawn]);

  const count = hasMore ? null : ids.length;
  return (
    <div
      ref={setScroller}
      data-deliveries=""
      onScroll={(event) => onScroll(event.currentTarget)}
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none]"
    >
      <div
        {...(layout === 'cards'
          ? { role: 'list' }
          : { role: 'table', 'aria-rowcount': count === null ? -1 : count + 1 })}
        aria-label="Deliveries"
      >
        {layout !== 'cards' && <TableHeader layout={layout} picks={picks} rows={ids.length} />}
        <div
          role={layout === 'cards' ? 'presentation' : 'rowgroup'}
          onPointerMove={(event) => {
            if (event.pointerType === 'mouse') onAim();
          }}
          style={{ height: ids.length * rowPx }}
        >
          <div
            role="presentation"
            style={{ transform: `translateY(${(items[0]?.index ?? 0) * rowPx}px)` }}
          >
            {items.map(({ index }) => {
              const id = ids[index];
              return id === undefined ? null : (
                <TableRow
                  key={id}
                  id={id}
                  index={index}
                  count={count}
                  live={live}
                  holds={holds}
                  layout={layout}
                  isSelected={id === selectedId}
                  isActive={id === activeId}
                  isPicked={picks?.picked.has(id) ?? null}
                  onPick={picks?.toggle}
                />
              );
            })}
          </div>
        </div>
      </div>
      <TableFooter snapshot={snapshot} onLoadMore={live.loadMore} />
    </div>
  );
}

/** Brings the row whose pane opens into view, once: it may be scrolled away from afterwards. */
function useSelectedInView(
  scroller: HTMLElement | null,
  ids: readonly string[],
  selectedId: string | null,
  rowPx: number,
  bringIntoView: (index: number) => void,
): void {
  const latest = useRef({ ids, bringIntoView });
  useEffect(() => {
    latest.current = { ids, bringIntoView };
  });
  useEffect(() => {
    if (scroller === null || selectedId === null) return;
    // After the layout that the pane's coming brings about has settled.
    const frame = requestAnimationFrame(() => {
      const index = latest.current.ids.indexOf(selectedId);
      if (index >= 0) latest.current.bringIntoView(index);
    });
    return () => cancelAnimationFrame(frame);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- rows of another height stand elsewhere
  }, [scroller, selectedId, rowPx]);
}
