import { useSyncExternalStore } from 'react';

/** What the reader chose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

/** Read by web/public/theme.js too, before the first paint. */
const STORAGE_KEY = 'nexus-theme';
const SYSTEM_DARK = '(prefers-color-scheme: dark)';

const listeners = new Set<() => void>();
let chosen: Theme | null = null;

function readTheme(): Theme {
  chosen ??= storedTheme();
  return chosen;
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    // Storage is closed to this page.
    return 'system';
  }
}

function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia(SYSTEM_DARK).matches);
}

function apply(): void {
  document.documentElement.dataset['theme'] = isDark(readTheme()) ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function onStorage(event: StorageEvent): void {
  if (event.key !== STORAGE_KEY && event.key !== null) return;
  chosen = null;
  apply();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    matchMedia(SYSTEM_DARK).addEventListener('change', apply);
    window.addEventListener('storage', onStorage);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    matchMedia(SYSTEM_DARK).removeEventListener('change', apply);
    window.removeEventListener('storage', onStorage);
  };
}

function setTheme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === 'system') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // It lasts as long as this page, then.
  }
  apply();
}

/** The chosen theme; while a component uses it, the page follows the system and other tabs. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  return { theme: useSyncExternalStore(subscribe, readTheme), setTheme };
}
