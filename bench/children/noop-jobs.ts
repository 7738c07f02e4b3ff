import { Queue, Worker } from 'bullmq';

/** Adds jobs to BullMQ in chunks, and takes them out with a worker that does nothing: as many as go in so many seconds. */
const [url = '', seconds = '1'] = process.argv.slice(2);
const CHUNK = 100;
/** Chunks that may wait: what is added and never taken says nothing. */
const AHEAD = 20 * CHUNK;

const connection = { url };
const queue = new Queue('noop', { connection });
let added = 0;
let done = 0;
const worker = new Worker('noop', () => Promise.resolve(), {
  connection,
  concurrency: 8,
  removeOnComplete: { count: 0 },
});
worker.on('completed', () => (done += 1));
await worker.waitUntilReady();

async function run(forMs: number): Promise<number> {
  const [begun, before] = [performance.now(), done];
  while (performance.now() - begun < forMs) {
    if (added - done < AHEAD) {
      await queue.addBulk(Array.from({ length: CHUNK }, (_, n) => ({ name: 'noop', data: { n } })));
      added += CHUNK;
    } else {
      await new Promise((resolve) => void worker.once('completed', resolve));
    }
  }
  return (1_000 * (done - before)) / (performance.now() - begun);
}
await run(1_000);
const perSecond = await run(1_000 * Number(seconds));
process.send?.(perSecond);
