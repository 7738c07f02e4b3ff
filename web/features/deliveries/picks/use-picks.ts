import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

/** As many as one request takes. */
export const MOST_PICKED = 1_000;

/** Rows of a list that are picked, to do something with all of them. */
export interface Picks {
  readonly picked: ReadonlySet<string>;
  /** Picks a row, or takes it back; with `isRange` all from the one before up to it as well. */
  toggle(id: string, isRange: boolean): void;
  /** Picks the first of the list, as many as may be; or none. */
  toggleAll(isOn: boolean): void;
  clear(): void;
}

/**
 * What is picked of a list. What has left the list is picked no more.
 * @param ids the list, as it is shown.
 */
export function usePicks(ids: readonly string[]): Picks {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const latestIds = useRef(ids);
  useEffect(() => {
    latestIds.current = ids;
  });
  const last = useRef<string | null>(null);

  const picked = useMemo(() => {
    if (chosen.size === 0) return NONE;
    const shown = ids.filter((id) => chosen.has(id));
    return shown.length === chosen.size ? chosen : new Set(shown);
  }, [chosen, ids]);

  const toggle = useCallback((id: string, isRange: boolean) => {
    const all = latestIds.current;
    const at = all.indexOf(id);
    const from = isRange && last.current !== null ? all.indexOf(last.current) : -1;
    last.current = id;
    setChosen((before) => {
      const isOn = !before.has(id);
      const range = from < 0 ? [id] : all.slice(Math.min(from, at), Math.max(from, at) + 1);
      return changed(before, range, isOn);
    });
  }, []);
  const toggleAll = useCallback((isOn: boolean) => {
    setChosen(isOn ? new Set(latestIds.current.slice(0, MOST_PICKED)) : NONE);
  }, []);
  const clear = useCallback(() => {
    last.current = null;
    setChosen(NONE);
  }, []);
  return useMemo(() => ({ picked, toggle, toggleAll, clear }), [picked, toggle, toggleAll, clear]);
}

const NONE: ReadonlySet<string> = new Set();

function changed(
  before: ReadonlySet<string>,
  ids: readonly string[],
  isOn: boolean,
): ReadonlySet<string> {
  const next = new Set(before);
  for (const id of ids) {
    if (!isOn) next.delete(id);
    else if (next.size < MOST_PICKED) next.add(id);
  }
  return next;
}
