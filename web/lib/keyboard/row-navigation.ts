import { useCallback, useState } from 'react';

import { useShortcut } from './shortcuts.ts';

/** The row that `j` and `k` stand on. */
export interface RowNavigation {
  /** Null before the first key, and when the row has left the list. */
  readonly activeId: string | null;
  setActiveId(id: string | null): void;
}

export interface RowNavigationOptions {
  /** The rows in their order. */
  ids: readonly string[];
  /** Enter. */
  onOpen: (id: string) => void;
  /** Brings a row into view; for lists that draw only what is seen. */
  scrollTo?: (index: number) => void;
  /** What a row is, for the list of shortcuts, e.g. `delivery`. */
  noun: string;
}

/** `j` and `k` go through a list's rows, Enter opens the one they stand on. */
export function useRowNavigation(options: RowNavigationOptions): RowNavigation {
  const { ids, onOpen, scrollTo, noun } = options;
  const [chosen, setChosen] = useState<string | null>(null);
  const activeId = chosen !== null && ids.includes(chosen) ? chosen : null;

  const move = useCallback(
    (by: 1 | -1) => {
      if (ids.length === 0) return;
      const at = activeId === null ? (by === 1 ? -1 : ids.length) : ids.indexOf(activeId);
      const next = Math.min(Math.max(at + by, 0), ids.length - 1);
      setChosen(ids[next] ?? null);
      scrollTo?.(next);
    },
    [ids, activeId, scrollTo],
  );

  const group = 'Lists';
  useShortcut({ keys: 'j', label: `Next ${noun}`, group }, () => move(1));
  useShortcut({ keys: 'k', label: `Previous ${noun}`, group }, () => move(-1));
  useShortcut({ keys: 'Enter', label: `Open ${noun}`, group }, () => {
    if (activeId !== null) onOpen(activeId);
  });
  return { activeId, setActiveId: setChosen };
}
