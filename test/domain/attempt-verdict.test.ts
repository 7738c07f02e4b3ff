import { describe, expect, it } from 'vitest';
import { judgeAttempt, type AttemptResult } from '../../server/domain/delivery/attempt-verdict.ts';

const SCHEDULE = { delays: [60, 120, 240, 480], jitter: 0 };
const NOW = new Date('2026-11-23T12:00:00Z');

const judge = (attempts: number, result: Partial<AttemptResult>) =>
  judgeAttempt(
    SCHEDULE,
    attempts,
    {
      errorCode: 'HTTP_STATUS',
      statusCode: 500,
      retryAfter: null,
      deliveryControl: null,
      ...result,
    },
    NOW,
  );

describe('what an attempt leads to', () => {
  it('is success where nothing went wrong, whichever attempt it was', () => {
    for (const attempts of [1, 5]) {
      expect(judge(attempts, { errorCode: null, statusCode: 204 })).toEqual({ status: 'SUCCESS' });
    }
  });

  it.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [4, 480],
  ])('is another attempt after failure %i, %i s later', (attempts, delaySeconds) => {
    expect(judge(attempts, {})).toEqual({ status: 'RETRYING', delaySeconds });
  });

  it('is the end after the last attempt, whatever Retry-After asks', () => {
    const exhausted = { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' };
    expect(judge(5, {})).toEqual(exhausted);
    expect(judge(5, { statusCode: 503, retryAfter: '10' })).toEqual(exhausted);
    expect(judge(6, { errorCode: 'TIMEOUT', statusCode: null })).toEqual(exhausted);
  });

  it('is the end at once at 410', () => {
    expect(judge(1, { statusCode: 410 })).toEqual({ status: 'FAILED', reason: 'GONE' });
  });

  it('is a failure where a 2xx did not come whole', () => {
    expect(judge(1, { errorCode: 'TIMEOUT', statusCode: 200 })).toMatchObject({
      status: 'RETRYING',
    });
  });

  it.each([
    [429, '100', 100],
    [503, 'Mon, 23 Nov 2026 12:05:00 GMT', 300],
    [503, '5', 60],
    [429, '86400', 3_600],
    [429, 'soon', 60],
    [500, '100', 60],
    [302, '100', 60],
  ])('waits at %i with Retry-After %s for %i s', (statusCode, retryAfter, delaySeconds) => {
    expect(judge(1, { statusCode, retryAfter })).toEqual({ status: 'RETRYING', delaySeconds });
  });

  it('takes webhook-delivery: disable for 410, and a success for one all the same', () => {
    const gone = { deliveryControl: ' Disable ' };
    expect(judge(1, gone)).toEqual({ status: 'FAILED', reason: 'GONE' });
    const answered = judge(1, { ...gone, errorCode: null, statusCode: 200 });
    expect(answered).toEqual({ status: 'SUCCESS', isGone: true });
    expect(judge(1, { deliveryControl: 'later' })).toMatchObject({ status: 'RETRYING' });
  });
});
