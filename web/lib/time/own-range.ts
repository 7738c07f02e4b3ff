import { fromLocalInput, toLocalInput } from './local-input.ts';
import { RANGE_MS, type RangeName } from './time-range.ts';

/** The API returns a trend of at most so many intervals, the longest of which is a day. */
const MOST_DAYS = 1_000;
const DAY_MS = 86_400_000;

/** A range of one's own while it is typed: both as `<input type="datetime-local">` has them. */
export interface OwnRangeDraft {
  from: string;
  to: string;
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
