import { useSyncExternalStore } from 'react';

import { createStoredChoice } from '../stored-choice.ts';

/** How times are shown: since when, or as a clock has them, the reader's or that of UTC. */
export const TIME_STYLES = ['relative', 'local', 'utc'] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

const choice = createStoredChoice<TimeStyle>({
  key: 'nexus-times',
  read: (text) => TIME_STYLES.find((style) => style === text) ?? 'relative',
  write: (style) => (style === 'relative' ? null : style),
});

/** The chosen style, in all that shows times on this page and in other tabs. */
export function useTimeStyle(): { timeStyle: TimeStyle; setTimeStyle: (style: TimeStyle) => void } {
  return {
    timeStyle: useSyncExternalStore(choice.subscribe, choice.get),
    setTimeStyle: choice.set,
  };
}

/** Whether clocks are those of UTC; else they are the reader's. */
export const isUtc = (): boolean => choice.get() === 'utc';

export interface ZonedFormat {
  format(at: number | Date): string;
}

/** A format of times in English that follows the chosen zone. */
export function zonedFormat(options: Intl.DateTimeFormatOptions): ZonedFormat {
  const made = new Map<boolean, Intl.DateTimeFormat>();
  return {
    format(at) {
      const key = isUtc();
      const format =
        made.get(key) ??
        new Intl.DateTimeFormat('en-GB', key ? { ...options, timeZone: 'UTC' } : options);
      made.set(key, format);
      return format.format(at);
    },
  };
}
