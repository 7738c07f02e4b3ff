import { isUtc } from './time-style.ts';

/** A moment as `<input type="datetime-local">` takes it: `2026-03-07T14:03`, in the chosen zone. */
export function toLocalInput(moment: number): string {
  const date = new Date(moment);
  // What the clock of the zone shows, as if it were that of UTC.
  const shown = isUtc() ? date : new Date(moment - date.getTimezoneOffset() * 60_000);
  return shown.toISOString().slice(0, 16);
}

/** What was typed, in ISO 8601; undefined where it is no moment. */
export function fromLocalInput(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const moment = Date.parse(isUtc() ? `${text}Z` : text);
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
}

/** What the zone that is typed in is called: `Europe/Berlin`. */
export function inputZone(): string {
  return isUtc() ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
