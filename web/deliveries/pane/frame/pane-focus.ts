import { useEffect, useRef, type RefObject } from 'react';

/**
 * The list takes its whole width again once the pane is gone, and may draw its rows anew for it, on
 * a slow machine not at once: the focus is looked after for so long.
 */
const LOOK_EVERY_MS = 50;
const LOOKS = 20;

/**
 * The pane takes the focus when it opens and when it shows another delivery, and gives it back to
 * the row (or what it was opened from) when it is gone.
 */
export function usePaneFocus(pane: RefObject<HTMLElement | null>, deliveryId: string): void {
  const opener = useRef<Element | null>(null);
  const shownId = useRef(deliveryId);
  useEffect(() => {
    shownId.current = deliveryId;
    const focused = document.activeElement;
    if (pane.current?.contains(focused) !== true) opener.current = focused;
    pane.current?.focus({ preventScroll: true });
  }, [pane, deliveryId]);

  useEffect(
    () => () => {
      giveBack(shownId.current, opener.current);
      let looks = 0;
      const timer = setInterval(() => {
        giveBack(shownId.current, opener.current);
        looks += 1;
        if (looks === LOOKS) clearInterval(timer);
      }, LOOK_EVERY_MS);
    },
    [],
  );
}

function giveBack(deliveryId: string, opener: Element | null): void {
  // Else it was not within the pane, or has found a place since.
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const main = document.getElementById('main');
  const row = main?.querySelector(`a[href^="/deliveries/${encodeURIComponent(deliveryId)}"]`);
  const isThere = opener !== null && opener.isConnected && opener !== document.body;
  const target = row ?? (isThere ? opener : main);
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}
