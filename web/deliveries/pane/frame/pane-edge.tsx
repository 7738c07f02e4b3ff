import type { KeyboardEvent, PointerEvent } from 'react';

import { PANE_PX, type PaneWidth } from './pane-width.ts';

const STEP_PX = 32;

/** The pane's left edge, to be drawn, or moved by the arrow keys; a double click gives the usual width back. */
export function PaneEdge({ px, setPx }: PaneWidth) {
  function onPointerDown(event: PointerEvent<HTMLDivElement>): void {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  }
  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setPx(document.documentElement.clientWidth - event.clientX);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') setPx(px + STEP_PX);
    else if (event.key === 'ArrowRight') setPx(px - STEP_PX);
    else return;
    event.preventDefault();
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a splitter that is moved is a widget (ARIA 1.2, separator)
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the pane"
      aria-valuenow={px}
      aria-valuemin={PANE_PX.least}
      aria-valuemax={PANE_PX.most}
      aria-valuetext={`${px} pixels`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the same
      tabIndex={0}
      title="Drag to resize; double-click for the usual width"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => setPx(PANE_PX.usual)}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none hover:bg-accent/30 focus-visible:bg-accent/40 focus-visible:outline-none active:bg-accent/40 max-lg:hidden"
    />
  );
}
