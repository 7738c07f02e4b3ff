/** A moment as `<input type="datetime-local">` takes it: `2026-03-07T14:03`, in the reader's zone. */
export function toLocalInput(moment: number): string {
  const date = new Date(moment);
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())];
  return `${day.join('-')}T${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** What was typed, in ISO 8601; undefined where it is no moment. */
export function fromLocalInput(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}
