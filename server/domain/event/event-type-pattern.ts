import { isEventTypeName, MAX_EVENT_TYPE_NAME } from './event-type-name.ts';

/** Stands for every event type there is and will be. */
export const ALL_EVENT_TYPES = '*';
const REST = '.*';

/** Whether a text stands for event types by the beginning of their names (`order.*`), or for all (`*`). */
export function isEventTypePattern(text: string): boolean {
  if (text === ALL_EVENT_TYPES) return true;
  return (
    text.length <= MAX_EVENT_TYPE_NAME &&
    text.endsWith(REST) &&
    isEventTypeName(text.slice(0, -REST.length))
  );
}

/**
 * All that a webhook may subscribe to an event type by: its name, each of its beginnings
 * (`order.item.added`: `order.*` and `order.item.*`), and `*`. They are as many as it has segments,
 * and one more.
 */
export function patternsOf(name: string): string[] {
  const segments = name.split('.');
  const beginnings = segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('.'));
  return [name, ...beginnings.map((beginning) => beginning + REST), ALL_EVENT_TYPES];
}
