import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFaultLog, type FaultLog } from '../../server/faults/fault-log.ts';

describe('a fault', () => {
  let lines: string[];
  let faults: FaultLog;

  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    const logger = pino({}, { write: (line) => lines.push(JSON.parse(line).msg) });
    faults = createFaultLog(logger, { away: 'away', back: 'back' });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('is told once, and once that it has passed', () => {
    faults.failed(new Error('one'));
    faults.failed(new Error('two'));
    faults.recovered();
    faults.recovered();
    vi.advanceTimersByTime(1_000);
    faults.recovered();
    vi.advanceTimersByTime(1_000);

    expect(lines).toEqual(['away', 'back']);
  });

  test('has a line of its own for that only where it is given one', () => {
    const told: unknown[] = [];
    const logger = pino({}, { write: (line) => told.push(JSON.parse(line)) });
    const unnamed = createFaultLog(logger, { away: 'away' });
    unnamed.failed(new Error('one'));
    unnamed.recovered();
    vi.advanceTimersByTime(1_000);
    expect(told).toMatchObject([{ msg: 'away' }, { msg: 'fault.passed', was: 'away' }]);
  });

  test('is the same one while no recovery has lasted', () => {
    faults.failed(new Error('one'));
    faults.recovered();
    vi.advanceTimersByTime(999);
    faults.failed(new Error('two'));
    vi.advanceTimersByTime(60_000);

    expect(lines).toEqual(['away']);
  });

  test('that comes back later is told again', () => {
    faults.failed(new Error('one'));
    faults.recovered();
    vi.advanceTimersByTime(1_000);
    faults.failed(new Error('two'));

    expect(lines).toEqual(['away', 'back', 'away']);
  });
});
