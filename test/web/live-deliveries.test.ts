import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { DeliveryFilter } from '../../web/live/delivery-filter.ts';
import { createLiveDeliveries } from '../../web/live/live-deliveries.ts';
import { createRandom } from '../support/random.ts';
import { scriptedRows, scriptedServer, type ScriptedRow } from './scripted-server.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const SEEDS = Array.from({ length: 100 }, (_, at) => at + 1);
const FILTERS: readonly DeliveryFilter[] = [{}, { statuses: ['PENDING', 'FAILED'] }];

/** A list on a scripted server, and a watch over what it shows. */
function setUp(seed: number, options: { filter: DeliveryFilter; maxRows?: number }) {
  const random = createRandom(seed);
  // Decides how long to wait before trying again.
  vi.spyOn(Math, 'random').mockImplementation(createRandom(seed).next);
  const server = scriptedServer(random);
  const { filter, maxRows = 10_000 } = options;
  const live = createLiveDeliveries({
    client: server.client,
    source: scriptedRows,
    filter,
    pageSize: 5,
    maxRows,
  });
  const shown = new Map<string, ScriptedRow>();
  let ids: readonly string[] = [];
  /** What no reader may ever see. */
  function check(): void {
    const now = live.getSnapshot();
    const rows = now.ids.map((id) => live.getRow(id));
    const ranks = rows.map((row) => (row === undefined ? 'missing' : row.id));
    expect(ranks, 'in order, each once').toEqual([...new Set(ranks)].sort().reverse());
    expect(now.ids.length).toBeLessThanOrEqual(maxRows);
    expect(now.newCount === 0 || now.isHeld).toBe(true);
    for (const row of rows) {
      if (row === undefined) throw new Error('an id without its row');
      const before = shown.get(row.id);
      if (before && row.version < before.version) throw new Error(`${row.id} went back`);
    }
    shown.clear();
    for (const row of rows) if (row) shown.set(row.id, row);
    ids = now.ids;
  }
  live.subscribe(check);
  return { random, server, live, check, ids: () => ids };
}

const told = (row: ScriptedRow | undefined) => row && `${row.id} ${row.version} ${row.status}`;

const settle = () => vi.advanceTimersByTimeAsync(20);

describe('a live list', () => {
  it.each(SEEDS)('shows the truth in the end, whatever came in between (seed %i)', async (seed) => {
    const filter = FILTERS[seed % 2] ?? {};
    const { random, server, live, check } = setUp(seed, {
      filter,
      ...(seed % 3 === 0 && { maxRows: 12 }),
    });
    for (let each = random.integer(0, 30); each > 0; each -= 1) server.create();
    let stop = live.start();
    const steps: readonly (() => unknown)[] = [
      server.create,
      server.create,
      server.change,
      server.change,
      server.change,
      server.answerOne,
      server.answerOne,
      () => server.tell(random.integer(1, 6)),
      () => server.tell(random.integer(1, 6)),
      () => random.next() < 0.2 && server.breakFeeds(),
      () => live.hold(random.next() < 0.5),
      () => live.showNew(),
      () => live.loadMore(),
      () => live.loadMore(),
      () => random.next() < 0.1 && live.reload(),
      () => {
        const changed = server.change();
        if (changed) live.put(changed);
      },
      () => {
        if (random.next() > 0.05) return;
        stop();
        stop = live.start();
      },
      () => vi.advanceTimersByTimeAsync(random.integer(1, 2_000)),
      settle,
      settle,
    ];
    for (let step = 0; step < 300; step += 1) {
      await random.pick(steps)();
      if (step % 10 === 0) await settle();
      check();
    }
    live.hold(false);
    for (let calm = 0; calm < 5;) {
      await vi.advanceTimersByTimeAsync(3_000);
      const wasBusy = [server.answerOne(), server.tell(100)].some(Boolean);
      live.loadMore();
      await settle();
      const { hasMore, isFull, state, isLoadingMore } = live.getSnapshot();
      const isDone = state === 'ready' && !isLoadingMore && (!hasMore || isFull);
      calm = isDone && !wasBusy && server.isIdle() && server.feedCount() === 1 ? calm + 1 : 0;
    }
    check();
    const { ids, isFull } = live.getSnapshot();
    const truth = server.truth(filter);
    const shown = ids.map((id) => told(live.getRow(id)));
    expect(shown).toEqual(truth.slice(0, isFull ? 12 : undefined).map(told));
    expect(live.getSnapshot()).toMatchObject({ state: 'ready', error: null, newCount: 0 });
    stop();
    await settle();
    expect(server.feedCount()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(SEEDS.slice(0, 20))(
    'shows the truth of rows that fit no more while it is held (seed %i)',
    async (seed) => {
      const { server, live, check } = setUp(seed, { filter: { statuses: ['PENDING'] } });
      for (let each = 0; each < 5; each += 1) server.create();
      const stop = live.start();
      const calm = async () => {
        for (let quiet = 0; quiet < 3;) {
          await vi.advanceTimersByTimeAsync(2_000);
          const wasBusy = [server.answerOne(), server.tell(100)].some(Boolean);
          await settle();
          quiet = !wasBusy && server.isIdle() ? quiet + 1 : 0;
        }
      };
      await calm();
      live.hold(true);
      const { ids } = live.getSnapshot();
      expect(ids).toHaveLength(5);
      const unsubscribe = ids.map((id) => live.subscribeRow(id, () => undefined));
      for (let round = 0; round < 10; round += 1) {
        server.change();
        server.tell(1);
        await settle();
      }
      // What is in view is asked for as long as it is shown: nothing is ever idle then.
      for (let round = 0; round < 40; round += 1) {
        await vi.advanceTimersByTimeAsync(2_000);
        server.tell(100);
        server.answerOne();
        server.answerOne();
        await settle();
      }
      check();
      expect(live.getSnapshot().ids).toEqual(ids);
      expect(ids.map((id) => told(live.getRow(id)))).toEqual(server.truth({}).map(told));
      for (const leave of unsubscribe) leave();
      stop();
    },
  );
});
