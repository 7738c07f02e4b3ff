import { describe, expect, it } from 'vitest';

import {
  countInWords,
  shareOf,
  timeLeft,
  timeLeftInWords,
} from '../../web/recoveries/recovery-progress.ts';

const START = Date.parse('2026-11-29T10:00:00Z');
const running = {
  status: 'RUNNING',
  estimated: 1_000,
  queued: 500,
  succeeded: 180,
  failed: 15,
  skipped: 5,
  perSecond: null,
  startedAt: new Date(START).toISOString(),
} as const;

describe('how far a recovery is', () => {
  it('counts what has ended and what was left alone', () => {
    expect(shareOf(running)).toBe(0.2);
    expect(countInWords(running)).toBe('200 of 1,000');
    expect(shareOf({ ...running, status: 'ESTIMATING' })).toBe(0);
    expect(countInWords({ ...running, status: 'ESTIMATING' })).toBe('1,000 found so far');
    expect(shareOf({ ...running, status: 'DONE', estimated: 0 })).toBe(1);
    expect(countInWords({ ...running, status: 'DONE', estimated: 0 })).toBe(
      'Nothing to bring back',
    );
  });

  it('tells the time left by how fast it went so far, and never less than its pace takes', () => {
    expect(timeLeft(running, START + 10_000)).toBe(40_000);
    expect(timeLeftInWords(running, START + 10_000)).toBe('about 40 s left');
    // 495 are to be put back, one a second.
    expect(timeLeft({ ...running, perSecond: 1 }, START + 10_000)).toBe(495_000);
  });

  it('tells none before anything has ended, nor once it has', () => {
    for (const none of [
      { ...running, succeeded: 0, failed: 0, skipped: 0 },
      { ...running, status: 'DONE' },
      { ...running, status: 'CANCELLED' },
      { ...running, startedAt: null },
    ] as const) {
      expect(timeLeftInWords(none, START + 10_000)).toBeNull();
    }
    expect(timeLeftInWords(running, START + 100)).toBeNull();
  });
});
