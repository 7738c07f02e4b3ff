import { memo, useEffect, useRef, type MouseEvent } from 'react';

import type { DeliveryRow } from '../../../live/delivery-row.ts';
import type { Holds } from '../../../live/unreached-webhooks.ts';
import type { LiveDeliveries } from '../../../live/live-deliveries.ts';
import { classNames } from '../../../lib/class-names.ts';
import { PickBox } from '../picks/pick-box.tsx';
import type { Picks } from '../picks/use-picks.ts';
import { RowCells } from './row-cells.tsx';
import { COLUMNS, type TableLayout } from './table-layout.ts';

export interface TableRowProps {
  id: string;
  /** From 0. */
  index: number;
  /** How many rows there are; null where that is not known yet. */
  count: number | null;
  live: LiveDeliveries<DeliveryRow>;
  /** Webhooks that hold back what is due. */
  holds: Holds;
  layout: TableLayout;
  /** Its pane is open. */
  isSelected: boolean;
  /** `j` and `k` stand on it. */
  isActive: boolean;
  /** Null where nobody can pick it. */
  isPicked: boolean | null;
  onPick: Picks['toggle'] | undefined;
}

/** A row's frame: its place in the list and whether it is chosen. Cheap, for it moves often. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { id, index, count, live, holds, layout, isSelected, isActive, isPicked, onPick } = props;
  const row = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (isActive && row.current !== null) focusLink(row.current);
  }, [isActive]);

  const isCard = layout === 'cards';
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the link within serves the keyboard
    <div
      ref={row}
      {...(isCard
        ? { role: 'listitem', 'aria-posinset': index + 1, 'aria-setsize': count ?? -1 }
        : { role: 'row', 'aria-rowindex': index + 2 })}
      aria-current={isSelected ? 'true' : undefined}
      data-active={isActive ? '' : undefined}
      onClick={followLink}
      className={classNames(
        'relative cursor-pointer text-sm [contain:strict]',
        'after:pointer-events-none after:absolute after:inset-x-0 after:bottom-0 after:h-px after:bg-line',
        'has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent',
        isCard ? 'flex h-16 flex-col justify-center px-4' : classNames('h-10', COLUMNS[layout]),
        isPicked !== null && 'pl-10',
        isSelected || isPicked === true
          ? 'bg-accent-soft'
          : isActive
            ? 'bg-hover'
            : 'hover:bg-hover/60',
        (isSelected || isActive) &&
          'before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent',
      )}
    >
      {isCard && isPicked !== null && (
        <PickBox
          label="Pick this delivery"
          checked={isPicked}
          onToggle={(isRange) => onPick?.(id, isRange)}
          className="inset-y-0 left-0"
        />
      )}
      <RowCells
        id={id}
        live={live}
        holds={holds}
        layout={layout}
        isPicked={isPicked}
        onPick={onPick}
      />
    </div>
  );
});

/** What lies over the row's link to have a title of its own passes its clicks on. */
function followLink(event: MouseEvent<HTMLDivElement>): void {
  if (!(event.target instanceof Element) || event.target.closest('a') !== null) return;
  const link = event.currentTarget.querySelector('a');
  const { ctrlKey, metaKey, shiftKey } = event;
  link?.dispatchEvent(
    new window.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }),
  );
}

/** Not out of a pane or an input: who reads or types there keeps the focus. */
function focusLink(row: HTMLElement): void {
  const focused = document.activeElement;
  const isFree = focused === null || focused === document.body || focused.id === 'main';
  const isInList = focused?.closest('[data-deliveries]') != null;
  if (isFree || isInList) row.querySelector('a')?.focus({ preventScroll: true });
}
