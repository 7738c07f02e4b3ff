import { setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';

import { now } from '../percentiles.ts';

const TRIGGER_BATCH =
  'mutation ($input: EventTriggerBatchInput!) { eventTriggerBatch(input: $input) { userErrors { message } } }';

/** What is triggered: some 500 bytes. */
export const PAYLOAD = { user_id: 12_345, text: 'x'.repeat(400) };

const TRIGGER =
  'mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) { isDuplicate userErrors { message } } }';

export interface DriverOptions {
  /** Of the product's servers; used by turns. */
  addresses: readonly string[];
  /** Used by turns. */
  keys: readonly string[];
  connections: number;
  /** Some 500 bytes if omitted. */
  payload?: object;
  /** What is triggered while it is on is compiled and connected before anything is measured. */
  isWarmUp?: boolean;
}

/** Triggers events. Their ids begin with when they were triggered. */
export interface Driver {
  /** At even distances, whether or not those before have been answered; milliseconds to each answer. */
  atRate(rate: number, count: number): Promise<number[]>;
  /** As fast as they are answered, over all connections; how many there were. */
  flatOut(seconds: number): Promise<number>;
  /** So many events in batches of `size`, as fast as they are answered, over all connections. */
  inBatches(count: number, size: number): Promise<void>;
  close(): Promise<void>;
}

/** One that warms up what is measured, and the one that measures. */
export function createDrivers(options: DriverOptions): { warmUp: Driver; driver: Driver } {
  return { warmUp: createDriver({ ...options, isWarmUp: true }), driver: createDriver(options) };
}

export function createDriver(options: DriverOptions): Driver {
  const { addresses, keys, connections, isWarmUp, payload = PAYLOAD } = options;
  const pools = addresses.map(
    (address) => new Pool(address, { connections: Math.ceil(connections / addresses.length) }),
  );
  let n = 0;

  function newInput(triggeredAt: number) {
    n += 1;
    const eventId = `${triggeredAt.toFixed(3)}-${isWarmUp ? 'w' : ''}${n}`;
    return { type: 'user.created', eventId, payload };
  }

  async function ask(query: string, variables: object): Promise<void> {
    const pool = pools[n % pools.length];
    if (pool === undefined) throw new Error('there is no server');
    const { statusCode, body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${keys[n % keys.length]}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"userErrors":[]')) throw new Error(text);
  }

  async function trigger(): Promise<number> {
    const triggeredAt = now();
    await ask(TRIGGER, { input: newInput(triggeredAt) });
    return now() - triggeredAt;
  }

  return {
    async atRate(rate, count) {
      const answers: Promise<number>[] = [];
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 1) {
        const wait = begun + (sent * 1_000) / rate - performance.now();
        if (wait > 1) await pause(wait);
        answers.push(trigger());
      }
      return Promise.all(answers);
    },
    async flatOut(seconds) {
      const until = performance.now() + seconds * 1_000;
      let count = 0;
      const one = async () => {
        while (performance.now() < until) {
          await trigger();
          count += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, one));
      return count;
    },
    async inBatches(count, size) {
      let left = count;
      const one = async () => {
        while (left > 0) {
          const length = Math.min(size, left);
          left -= length;
          const triggeredAt = now();
          await ask(TRIGGER_BATCH, {
            input: { events: Array.from({ length }, () => newInput(triggeredAt)) },
          });
        }
      };
      await Promise.all(Array.from({ length: connections }, one));
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}
