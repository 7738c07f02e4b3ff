import { useEffect, useRef, useSyncExternalStore } from 'react';

import { IS_APPLE } from './modifier-key.ts';

/** What a key does on the page as it stands. */
export interface Shortcut {
  /**
   * As KeyboardEvent.key has it, e.g. `j`, `/`, `Enter`; two in a row with a space: `g d`. With Ctrl,
   * on Apple's machines with ⌘, `Mod+k`: that works from within an input too.
   */
  keys: string;
  /** What it does, for the list that `?` opens. */
  label: string;
  /** The heading it is listed under. */
  group: string;
}

interface Registered extends Shortcut {
  run: () => void;
}

const SEQUENCE_MS = 1_000;
const MOD = 'Mod+';

let registered: readonly Registered[] = [];
const listeners = new Set<() => void>();
let first: { key: string; at: number } | null = null;

function change(next: readonly Registered[]): void {
  if (registered.length === 0 && next.length > 0) window.addEventListener('keydown', onKey);
  if (registered.length > 0 && next.length === 0) window.removeEventListener('keydown', onKey);
  registered = next;
  for (const listener of listeners) listener();
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) return onModifiedKey(event);
  if (isTaken(event)) return;
  const isSecond = first !== null && event.timeStamp - first.at < SEQUENCE_MS;
  const keys = isSecond && first !== null ? `${first.key} ${event.key}` : event.key;
  first = null;
  // The one that came last stands in front: a pane's before the page's beneath it.
  const shortcut = registered.findLast((each) => each.keys === keys);
  if (shortcut !== undefined) {
    event.preventDefault();
    shortcut.run();
  } else if (registered.some((each) => each.keys.startsWith(`${event.key} `))) {
    first = { key: event.key, at: event.timeStamp };
  }
}

function onModifiedKey(event: KeyboardEvent): void {
  const isMod = IS_APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!isMod || event.shiftKey) return;
  const keys = `${MOD}${event.key.toLowerCase()}`;
  const shortcut = registered.findLast((each) => each.keys === keys);
  if (shortcut === undefined) return;
  event.preventDefault();
  shortcut.run();
}

/** The keys as they stand on the keyboard: `g`, `d`; `⌘`, `K`. */
export function keyNames(keys: string): string[] {
  if (!keys.startsWith(MOD)) return keys.split(' ');
  return [IS_APPLE ? '⌘' : 'Ctrl', keys.slice(MOD.length).toUpperCase()];
}

/** Keys belong to what is typed into, to open dialogs and menus, and Enter to what has the focus. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.closest(
      'input:not([type="checkbox"]), textarea, select, [contenteditable="true"], [role="menu"]',
    )
  ) {
    return true;
  }
  if (document.querySelector('[role="dialog"][data-modal], [role="alertdialog"]') !== null) {
    return true;
  }
  return event.key === 'Enter' && target.closest('a, button, [role="button"]') !== null;
}

/** While the component is there (and `isOn`), its key does this. */
export function useShortcut(shortcut: Shortcut, run: Registered['run'], isOn = true): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const { keys, label, group } = shortcut;
  useEffect(() => {
    if (!isOn) return;
    const mine: Registered = { keys, label, group, run: () => latest.current() };
    change([...registered, mine]);
    return () => change(registered.filter((each) => each !== mine));
  }, [keys, label, group, isOn]);
}

/** Does what a key would do now; nothing where it would do nothing. */
export function pressShortcut(keys: string): void {
  registered.findLast((shortcut) => shortcut.keys === keys)?.run();
}

/** All that keys do now, for the list of them. */
export function useShortcutList(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}
