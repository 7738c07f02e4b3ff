import { useLayoutEffect, useSyncExternalStore } from 'react';

import { createStoredChoice } from '../../../lib/stored-choice.ts';

/** Narrower, an attempt's line has no room; wider than the window leaves, it is as wide as that. */
export const PANE_PX = { least: 416, usual: 704, most: 1_600 } as const;

const bounded = (px: number) => Math.round(Math.min(PANE_PX.most, Math.max(PANE_PX.least, px)));

const choice = createStoredChoice<number>({
  key: 'nexus-pane-width',
  read: (text) => (text !== null && /^\d+$/.test(text) ? bounded(Number(text)) : PANE_PX.usual),
  write: (px) => (px === PANE_PX.usual ? null : String(px)),
});

export interface PaneWidth {
  px: number;
  /** Within what is sensible; kept in this browser. */
  setPx(px: number): void;
}

/** How wide the reader wants the pane; styles have it as `--pane-width`. */
export function usePaneWidth(): PaneWidth {
  const px = useSyncExternalStore(choice.subscribe, choice.get);
  useLayoutEffect(() => {
    document.documentElement.style.setProperty('--pane-width', `${px}px`);
  }, [px]);
  return { px, setPx: (next) => choice.set(bounded(next)) };
}
