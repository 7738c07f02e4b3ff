import { useSyncExternalStore } from 'react';

import { createStoredChoice } from './stored-choice.ts';

/** What the reader chose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

const choice = createStoredChoice<Theme>({
  // Read by web/public/theme.js too, before the first paint.
  key: 'nexus-theme',
  read: (text) => (text === 'light' || text === 'dark' ? text : 'system'),
  write: (theme) => (theme === 'system' ? null : theme),
});

function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia(SYSTEM_DARK).matches);
}

function apply(): void {
  document.documentElement.dataset['theme'] = isDark(choice.get()) ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  const onChange = () => {
    apply();
    listener();
  };
  const system = matchMedia(SYSTEM_DARK);
  system.addEventListener('change', onChange);
  const leave = choice.subscribe(onChange);
  return () => {
    system.removeEventListener('change', onChange);
    leave();
  };
}

function setTheme(theme: Theme): void {
  choice.set(theme);
  apply();
}

/** The chosen theme; while a component uses it, the page follows the system and other tabs. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  return { theme: useSyncExternalStore(subscribe, choice.get), setTheme };
}
