import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * Keeps what is being read where it is when something comes in above it. What is being read is the
 * `[data-attempt]` that was last touched, or that stands in the middle once the reader has scrolled. The
 * scroller must have `overflow-anchor: none`: browsers hold only what stands at the very top.
 */
export function useSteadyReading(scroller: RefObject<HTMLElement | null>): void {
  const reading = useRef<{ row: HTMLElement; top: number } | null>(null);

  useEffect(() => {
    const pane = scroller.current;
    if (pane === null) return;
    const read = (row: HTMLElement | null | undefined) => {
      if (row !== null && row !== undefined) reading.current = { row, top: row.offsetTop };
    };
    const onTouch = ({ target }: Event) => {
      if (target instanceof Element) read(target.closest<HTMLElement>('[data-attempt]'));
    };
    const onScroll = () => {
      const middle = pane.scrollTop + pane.clientHeight / 2;
      const rows = [...pane.querySelectorAll<HTMLElement>('[data-attempt]')];
      read(rows.findLast((row) => row.offsetTop <= middle));
    };
    // Another width moves everything; nothing came in.
    const resized = new ResizeObserver(() => read(reading.current?.row));
    resized.observe(pane);
    pane.addEventListener('pointerdown', onTouch);
    pane.addEventListener('focusin', onTouch);
    pane.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      resized.disconnect();
      pane.removeEventListener('pointerdown', onTouch);
      pane.removeEventListener('focusin', onTouch);
      pane.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);

  // After each render: what the reader folds or unfolds is below the top of what was touched.
  useLayoutEffect(() => {
    const pane = scroller.current;
    const now = reading.current;
    if (pane === null || now === null || !now.row.isConnected) return;
    const { offsetTop } = now.row;
    pane.scrollBy({ top: offsetTop - now.top, behavior: 'instant' });
    now.top = offsetTop;
  });
}
