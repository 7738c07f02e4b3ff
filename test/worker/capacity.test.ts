import { describe, expect, it } from 'vitest';
import { createCapacity, OVERDRAFT } from '../../server/worker/capacity.ts';

describe('capacity', () => {
  it('gives a webhook its own bound and no more', () => {
    const capacity = createCapacity({ total: 1_000, perWebhook: 10 });
    expect(capacity.room('a')).toBe(10);
    capacity.take('a', 7);
    expect(capacity.room('a')).toBe(3);
    expect(capacity.room('b')).toBe(10);
    capacity.take('a', 3);
    expect(capacity.room('a')).toBe(0);
    capacity.release('a', 4);
    expect(capacity.room('a')).toBe(4);
    expect(capacity.held).toBe(6);
  });

  it('leaves room for others however much one asks for', () => {
    const capacity = createCapacity({ total: 80, perWebhook: 80 });
    for (let turn = 0; turn < 20; turn += 1) capacity.take('a', capacity.room('a'));
    expect(capacity.held).toBeLessThanOrEqual(20);
    expect(capacity.room('b')).toBeGreaterThan(5);
  });

  it('gives one to each webhook that holds none, up to the overdraft, when all is taken', () => {
    const capacity = createCapacity({ total: 16, perWebhook: 4 });
    for (let n = 0; n < 200; n += 1) capacity.take(`w${n}`, capacity.room(`w${n}`));
    expect(capacity.held).toBe(16 * OVERDRAFT);
    expect(capacity.room('another')).toBe(0);
    expect(capacity.room('w0')).toBe(0);
    capacity.release('w0', 1);
    expect(capacity.room('another')).toBe(1);
  });

  it('counts what was answered among all, and no more for its webhook', () => {
    const capacity = createCapacity({ total: 100, perWebhook: 8 });
    capacity.take('a', 8);
    capacity.answered('a');
    capacity.answered('a');
    expect(capacity.room('a')).toBe(2);
    expect(capacity.held).toBe(8);
    expect(capacity.free).toBe(92);
    capacity.recorded();
    expect(capacity.held).toBe(7);
  });

  it('gives nothing while all is to be recorded', () => {
    const capacity = createCapacity({ total: 16, perWebhook: 16 });
    for (let n = 0; n < 16; n += 1) {
      capacity.take('a', 1);
      capacity.answered('a');
    }
    expect(capacity.free).toBe(0);
    expect(capacity.share).toBe(0);
    // Up to the overdraft, for it has no request under way.
    expect(capacity.room('a')).toBe(1);
  });

  it('never gives less than nothing', () => {
    const capacity = createCapacity({ total: 4, perWebhook: 2 });
    capacity.take('a', 5);
    expect(capacity.room('a')).toBe(0);
  });

  it('is whole again once all is given back', () => {
    const capacity = createCapacity({ total: 100, perWebhook: 8 });
    for (const id of ['a', 'b', 'c']) capacity.take(id, 8);
    for (const id of ['a', 'b', 'c']) capacity.release(id, 8);
    expect(capacity.held).toBe(0);
    expect(capacity.room('a')).toBe(8);
  });
});
