/** A moment as an `<input type="datetime-local">` has it: the reader's own time, to the minute. */
export function localInputOf(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Back to ISO 8601 in UTC; undefined where nothing was put in. */
export function momentOfLocalInput(text: string): string | undefined {
  // Without an offset, a date with a time is read in the reader's zone.
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
