import { formatCount } from '../lib/number-format.ts';
import { waitInWords } from '../lib/time/durations.ts';
import type { RecoveryState } from './recovery-state.ts';

type Progress = Pick<
  RecoveryState,
  'status' | 'estimated' | 'queued' | 'succeeded' | 'failed' | 'skipped' | 'perSecond' | 'startedAt'
>;

/** A rate over less than this says nothing. */
const LEAST_MS = 2_000;

/** How many of what it looks at are done with: ended, or left alone. */
export function doneOf({ succeeded, failed, skipped }: Progress): number {
  return succeeded + failed + skipped;
}

/** From 0 to 1; of one that has found nothing to do, or has ended, 1. */
export function shareOf(recovery: Progress): number {
  const { status, estimated } = recovery;
  if (status === 'ESTIMATING') return 0;
  if (status === 'DONE' || estimated === 0) return 1;
  return Math.min(1, doneOf(recovery) / estimated);
}

/** Milliseconds until it will be done if it goes on as since its beginning; null while that cannot be told. */
export function timeLeft(recovery: Progress, nowMs: number): number | null {
  const { status, estimated, queued, skipped, perSecond, startedAt } = recovery;
  if (status !== 'RUNNING' || startedAt === null) return null;
  const elapsed = nowMs - Date.parse(startedAt);
  const done = doneOf(recovery);
  if (elapsed < LEAST_MS || done === 0) return null;
  const byRate = ((estimated - done) * elapsed) / done;
  const byPace = perSecond === null ? 0 : ((estimated - queued - skipped) / perSecond) * 1_000;
  return Math.max(byRate, byPace);
}

/** `about 3 min left`; null while it cannot be told. */
export function timeLeftInWords(recovery: Progress, nowMs: number): string | null {
  const left = timeLeft(recovery, nowMs);
  return left === null ? null : `about ${waitInWords(Math.max(1, Math.round(left / 1_000)))} left`;
}

/** `1,234 of 20,000`; while it is still looking, `1,234 found so far`; `Nothing to bring back`. */
export function countInWords(recovery: Progress): string {
  const { status, estimated } = recovery;
  if (status === 'ESTIMATING') return `${formatCount(estimated)} found so far`;
  if (estimated === 0) return 'Nothing to bring back';
  return `${formatCount(doneOf(recovery))} of ${formatCount(estimated)}`;
}
