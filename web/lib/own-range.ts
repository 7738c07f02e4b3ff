import { RANGE_MS, type RangeName } from './time-range.ts';

/** The API answers a trend of at most so many intervals, the longest of which is a day. */
const MOST_DAYS = 1_000;
const DAY_MS = 86_400_000;

/** A range of one's own while it is typed: both as `<input type="datetime-local">` has them. */
export interface OwnRangeDraft {
  from: string;
  to: string;
}

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

/** The draft to begin with: what the shown range stands for. */
export function draftOf(
  { from, to }: { from?: string; to?: string },
  range: RangeName,
  now: number,
): OwnRangeDraft {
  const end = to === undefined ? now : Date.parse(to);
  const start = from === undefined ? end - RANGE_MS[range] : Date.parse(from);
  return { from: toLocalInput(start), to: toLocalInput(end) };
}

/** A good draft as a search, or what is wrong with each field. */
export type CheckedDraft =
  { from: string; to: string } | { fault: { from: string | null; to: string | null } };

export function checkDraft(draft: OwnRangeDraft, now: number): CheckedDraft {
  const from = fromLocalInput(draft.from);
  const to = fromLocalInput(draft.to);
  if (from === undefined || to === undefined) {
    const missing = 'Enter a date and a time.';
    return {
      fault: { from: from === undefined ? missing : null, to: to === undefined ? missing : null },
    };
  }
  const length = Date.parse(to) - Date.parse(from);
  if (Date.parse(from) > now) return { fault: { from: 'This is still to come.', to: null } };
  if (length <= 0) return { fault: { from: null, to: 'The end must be after the start.' } };
  if (length > MOST_DAYS * DAY_MS) {
    return { fault: { from: null, to: 'At most 1,000 days at once.' } };
  }
  return { from, to };
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}
