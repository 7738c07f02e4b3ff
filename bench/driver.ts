import { setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';

import { now } from './percentiles.ts';

/** What is triggered: some 500 bytes. */
export const PAYLOAD = { user_id: 12_345, text: 'x'.repeat(400) };

const TRIGGER =
  'mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) { isDuplicate userErrors { message } } }';

export interface DriverOptions {
  address: string;
  /** Used by turns. */
  keys: readonly string[];
  connections: number;
  /** What is triggered while it is on is compiled and connected before anything is measured. */
  isWarmUp?: boolean;
}

/** Triggers events, one a call. Their ids begin with when they were triggered. */
export interface Driver {
  /** At even distances, whether or not those before have been answered; milliseconds to each answer. */
  atRate(rate: number, count: number): Promise<number[]>;
  /** As fast as they are answered, over all connections; how many there were. */
  flatOut(seconds: number): Promise<number>;
  close(): Promise<void>;
}

export function createDriver({ address, keys, connections, isWarmUp }: DriverOptions): Driver {
  const pool = new Pool(address, { connections });
  let n = 0;

  async function trigger(): Promise<number> {
    n += 1;
    const triggeredAt = now();
    const eventId = `${triggeredAt.toFixed(3)}-${isWarmUp ? 'w' : ''}${n}`;
    const variables = { input: { type: 'user.created', eventId, payload: PAYLOAD } };
    const { statusCode, body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${keys[n % keys.length]}`,
      },
      body: JSON.stringify({ query: TRIGGER, variables }),
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"userErrors":[]')) throw new Error(text);
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
    close: () => pool.close(),
  };
}
