import { setTimeout as pause } from 'node:timers/promises';
import { percentiles } from '../../bench/percentiles.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver, type Behaviour, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** Webhooks that answer at once, each a customer's own. */
const GOOD = 99;
const PER_SECOND = 100;
/** Events in one call. */
const BATCH = 1_000;

/** An API process and a worker, 99 good webhooks, and a customer whose webhooks a test makes as bad as it likes. */
export interface Neighbourhood {
  readonly served: ServedProcesses;
  readonly platform: Platform;
  /** The requests that the customer's webhooks hold now, and have held at most. */
  readonly held: { now: number; most: number };
  /** Gives the customer so many webhooks, all answered like this. */
  makeBad(count: number, behaviour: Behaviour): Promise<void>;
  answerBad(behaviour: Behaviour): void;
  /** Requests that have come to them. */
  badRequests(): number;
  /** Triggers so many of its events. */
  triggerBad(count: number): Promise<void>;
  /** The good ones' 95th percentile, in milliseconds from the trigger, at 100 events a second for so long. */
  measure(seconds: number): Promise<number>;
  close(): Promise<void>;
}

const BAD = 'bad';
const BAD_PATH = '/bad';
const GOOD_PATH = '/good';

export async function openNeighbourhood(env: Record<string, string>): Promise<Neighbourhood> {
  const random = createRandom(1);
  const receiver: Receiver = await startReceiver();
  const served = await makeServedProcesses({ env: { DATABASE_POOL_SIZE: '10', ...env } });
  const [api] = await Promise.all([served.start('api'), served.start('worker')]);
  const platform = platformOn(served.clientOf(api));
  const customers = Array.from({ length: GOOD }, (_, index) => `good-${index}`);
  for (const key of [...customers, BAD]) {
    await platform.mutate('customerUpsert', { key, name: key }, 'customer { id }');
  }
  for (const customer of customers) {
    await platform.createWebhook({ customer, url: receiver.url(GOOD_PATH) });
  }

  const held = { now: 0, most: 0 };
  let badRequests = 0;
  let answer: Behaviour = (_request, response) => void response.end();
  receiver.on(BAD_PATH, (request, response) => {
    badRequests += 1;
    held.now += 1;
    held.most = Math.max(held.most, held.now);
    response.once('close', () => (held.now -= 1));
    answer(request, response);
  });
  const arrivedAt = new Map<string, number>();
  receiver.on(GOOD_PATH, (request, response) => {
    arrivedAt.set(eventIdOf(request.body), performance.now());
    response.end();
  });
  let triggered = 0;

  return {
    served,
    platform,
    held,
    async makeBad(count, behaviour) {
      answer = behaviour;
      for (let made = 0; made < count; made += 1) {
        await platform.createWebhook({ customer: BAD, url: receiver.url(BAD_PATH) });
      }
    },
    answerBad: (behaviour) => void (answer = behaviour),
    badRequests: () => badRequests,
    async triggerBad(count) {
      for (let left = count; left > 0; left -= BATCH) {
        const events = Array.from({ length: Math.min(BATCH, left) }, (_, n) => ({
          type: 'user.created',
          customer: BAD,
          payload: { n },
        }));
        await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
      }
    },
    async measure(seconds) {
      const triggeredAt = new Map<string, number>();
      const answers: Promise<unknown>[] = [];
      const begun = performance.now();
      for (let sent = 0; sent < seconds * PER_SECOND; sent += 1) {
        const wait = begun + (sent * 1_000) / PER_SECOND - performance.now();
        if (wait > 0) await pause(wait);
        triggered += 1;
        const eventId = `event-${triggered}`;
        triggeredAt.set(eventId, performance.now());
        answers.push(platform.trigger({ eventId, customer: random.pick(customers) }));
      }
      await Promise.all(answers);
      await waitFor(() => [...triggeredAt.keys()].every((id) => arrivedAt.has(id)), {
        timeoutMs: 60_000,
      });
      const took = [...triggeredAt].map(([id, at]) => (arrivedAt.get(id) ?? Number.NaN) - at);
      return percentiles(took).p95;
    },
    async close() {
      await served.stop();
      await receiver.close();
    },
  };
}

function eventIdOf(body: Buffer): string {
  const { event_id: id }: { event_id: string } = JSON.parse(body.toString());
  return id;
}
