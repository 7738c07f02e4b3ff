import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHUNK_SIZE, DUE_SLOT_MS, type Queue } from '../../server/queue/contract.ts';
import { discardingQueue } from '../support/queue/discarding-queue.ts';
import { testQueuePrefix } from '../support/queue/redis.ts';
import { someOf } from '../support/some-of.ts';
import { waitFor } from '../support/wait.ts';
import {
  chunk,
  createCloser,
  type QueueServer,
  recordArrivals,
  recordingLogger,
  startPostgresQueueServer,
  startRedisQueueServer,
} from './queue-under-test.ts';

const hint = (webhookId: string, dueAt: number) => ({ webhookId, dueAt });

describe.each(
  someOf([
    { kind: 'redis', start: startRedisQueueServer },
    { kind: 'postgres', start: startPostgresQueueServer },
  ] as const),
)('the queue on $kind', ({ kind, start }) => {
  let server: QueueServer;
  let queue: Queue;
  let log: ReturnType<typeof recordingLogger>;
  let prefix: string;
  const closer = createCloser();

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    log = recordingLogger();
    prefix = testQueuePrefix();
    queue = closer.queue(await open());
  });
  afterEach(() => closer.closeAll());

  function open(): Promise<Queue> {
    return server.open({ url: server.url, prefix, logger: log.logger });
  }

  async function consume(overrides: Parameters<typeof recordArrivals>[0] = {}) {
    const arrivals = recordArrivals(overrides);
    const consumer = closer.consumer(await queue.consume(arrivals.handlers));
    return { ...arrivals, consumer };
  }

  /** Jobs are taken in order, so what came before this one has come when it has. */
  async function everythingBefore(ids: readonly string[]): Promise<void> {
    await queue.producer.deliver([chunk('last')]);
    await waitFor(() => ids.includes('last'));
  }

  test('says its kind and whether its server answers', async () => {
    expect(queue.kind).toBe(kind);
    expect(await queue.isReady(1_000)).toBe(true);
  });

  test('brings what it was given, once', async () => {
    const jobs: unknown[] = [];
    const { ids } = await consume({ deliver: async (job) => void jobs.push(job) });
    const job = {
      webhooks: [
        { webhookId: 'w1', deliveryIds: ['a', 'b'] },
        { webhookId: 'w2', deliveryIds: ['c'] },
      ],
    };
    await queue.producer.deliver([job]);
    await queue.producer.deliver([]);
    await everythingBefore(ids);
    expect(jobs[0]).toEqual(job);
    expect(ids).toEqual(['a', 'b', 'c', 'last']);
  });

  test('keeps jobs for a consumer that comes later', async () => {
    await queue.producer.deliver([chunk('a')]);
    const { ids } = await consume();
    await everythingBefore(ids);
    expect(ids).toEqual(['a', 'last']);
  });

  test('brings thousands of ids, each once', async () => {
    const { ids } = await consume();
    const wanted = Array.from({ length: 60 }, (_, job) =>
      Array.from({ length: CHUNK_SIZE }, (_, n) => `${job}-${n}`),
    );
    await queue.producer.deliver(wanted.map((some) => chunk(...some)));
    await waitFor(() => ids.length >= wanted.flat().length);
    await everythingBefore(ids);
    expect(ids.toSorted()).toEqual([...wanted.flat(), 'last'].toSorted());
  });

  test('brings a due hint at its time, by whatever clock the database has', async () => {
    const { due } = await consume();
    const databaseNow = 1_000_000_000_050;
    const began = Date.now();
    await queue.producer.due([{ webhookId: 'w', dueAt: databaseNow + 350 }], databaseNow);
    await waitFor(() => due.length === 1);
    expect(due[0]?.job).toEqual({ webhookId: 'w', dueAt: databaseNow + 350 });
    expect(Date.now() - began).toBeGreaterThanOrEqual(350);
  });

  test('brings a hint that is overdue at once', async () => {
    const { due } = await consume();
    await queue.producer.due([{ webhookId: 'w', dueAt: 5_000 }], 60_000);
    await waitFor(() => due.length === 1);
    expect(due[0]?.job).toEqual({ webhookId: 'w', dueAt: 5_000 });
  });

  test('lets one hint stand for a webhook and a slot of time', async () => {
    // With fractions, as the database's clock gives it.
    const now = 1_000_000_000_000.375;
    const slot = Math.floor(now) + 3 * DUE_SLOT_MS;
    const same = Array.from({ length: 20 }, (_, n) => hint('w1', slot - n));
    await queue.producer.due([...same, hint('w2', slot), hint('w1', slot + 1)], now);
    await queue.producer.due([hint('w1', slot - 1)], now);
    // Only now: a hint after the slot's time is a new one, and a busy machine may take that long.
    const { due, ids } = await consume();
    await waitFor(() => due.length >= 3);
    await everythingBefore(ids);
    expect(due.map(({ job }) => `${job.webhookId} ${job.dueAt - slot}`).toSorted()).toEqual([
      'w1 0',
      `w1 ${DUE_SLOT_MS}`,
      'w2 0',
    ]);

    // A job that has run is gone a moment later; a hint is dropped until then.
    await waitFor(async () => {
      await queue.producer.due([hint('w1', slot)], slot);
      return due.length >= 4;
    });
  });

  test('puts a hint that came early back by as much as the handler says', async () => {
    const answers = [250, 0.5, 0];
    const { due, ids } = await consume({ due: async () => answers.shift() ?? 0 });
    await queue.producer.due([{ webhookId: 'w', dueAt: 0 }], 0);
    await waitFor(() => due.length === 3);
    await everythingBefore(ids);
    const [first, second] = due.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(250);
    expect(due).toHaveLength(3);
  });

  test('forgets a job whose handler threw, and says once that jobs fail', async () => {
    const { ids } = await consume({
      async deliver(job) {
        if (job.webhooks[0]?.deliveryIds[0]?.startsWith('bad')) throw new Error('no database');
      },
    });
    await queue.producer.deliver([chunk('bad1'), chunk('bad2')]);
    await waitFor(() => ids.length === 2);
    await everythingBefore(ids);
    expect(ids.toSorted()).toEqual(['bad1', 'bad2', 'last']);
    await waitFor(
      async () => {
        await queue.producer.deliver([chunk('good')]);
        return log.lines.length >= 2;
      },
      { everyMs: 50 },
    );
    expect(log.lines.map(({ msg }) => msg)).toEqual(['queue.jobs_fail', 'queue.jobs_succeed']);
  });

  test('shares the jobs among consumers', async () => {
    let arrive = () => {};
    const bothHaveSome = new Promise<void>((resolve) => (arrive = resolve));
    const held = { deliver: () => bothHaveSome };
    const first = await consume(held);
    const second = await consume(held);
    const wanted = Array.from({ length: 200 }, (_, n) => `d${n}`);
    await queue.producer.deliver(wanted.map((id) => chunk(id)));
    await waitFor(() => first.ids.length > 0 && second.ids.length > 0);
    arrive();
    await waitFor(() => first.ids.length + second.ids.length >= wanted.length);
    expect([...first.ids, ...second.ids].toSorted()).toEqual(wanted.toSorted());
  });

  test('brings what many callers hint at together in few jobs', async () => {
    const sizes: number[] = [];
    const { ids } = await consume({
      deliver: async ({ webhooks }) => void sizes.push(webhooks.length),
    });
    const wanted = Array.from({ length: 300 }, (_, n) => `d${n}`);
    await Promise.all(wanted.map((id) => queue.producer.deliver([chunk(id)])));
    await waitFor(() => ids.length === wanted.length);
    expect(ids.toSorted()).toEqual(wanted.toSorted());
    expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK_SIZE);
    expect(sizes.length).toBeLessThan(30);
  });

  test('takes no job of another prefix', async () => {
    const { ids } = await consume();
    prefix = testQueuePrefix();
    const other = closer.queue(await open());
    await other.producer.deliver([chunk('foreign')]);
    await everythingBefore(ids);
    expect(ids).toEqual(['last']);
  });

  test('closes a consumer when its running jobs have ended, and leaves the others', async () => {
    const end = new EventEmitter();
    const { ids, consumer } = await consume({ deliver: async () => void (await once(end, 'now')) });
    await queue.producer.deliver([chunk('running')]);
    await waitFor(() => ids.length === 1);

    let closed = false;
    const closing = consumer.close(10_000).then(() => (closed = true));
    await queue.producer.due([{ webhookId: 'w', dueAt: Date.now() + 60_000 }], 0);
    expect(closed).toBe(false);
    end.emit('now');
    await closing;
    // What comes while it closes it may have asked for before: that is taken once, by it or the next.
    await queue.producer.deliver([chunk('later')]);

    const next = await consume();
    await waitFor(() => next.ids.includes('later'));
    expect([ids, next.ids]).toEqual([['running'], ['later']]);
  });

  test('closes a consumer in time whose job never ends', async () => {
    const { ids, consumer } = await consume({ deliver: () => new Promise<void>(() => undefined) });
    await queue.producer.deliver([chunk('stuck')]);
    await waitFor(() => ids.length === 1);
    await consumer.close(200);
  });

  test('drops hints after it was closed', async () => {
    await queue.close();
    await queue.producer.deliver([chunk('a')]);
    await queue.producer.due([{ webhookId: 'w', dueAt: 0 }], 0);
    expect(await queue.isReady(1_000)).toBe(false);
  });

  test('discards everything in its discarding guise', async () => {
    const { ids, due } = await consume();
    const discarding = discardingQueue(queue);
    await discarding.producer.deliver([chunk('lost')]);
    await discarding.producer.due([{ webhookId: 'w', dueAt: 0 }], 0);
    await everythingBefore(ids);
    expect(ids).toEqual(['last']);
    expect(due).toEqual([]);
  });
});
