import { setTimeout as pause } from 'node:timers/promises';
import { postOperation } from '../support/installation/api-client.ts';
import type { Random } from '../support/random.ts';
import type { Endpoints } from './endpoints.ts';
import type { History } from './history.ts';

/** A platform that triggers events without a pause, wherever somebody takes them. */
export interface Load {
  readonly accepted: History['accepted'];
  /** Triggers that got no answer, or one that was cut off; each was sent again under its eventId. */
  readonly unanswered: number;
  /** Why triggers got none, but for those whose connection was refused and which nobody has seen, therefore. */
  readonly severed: readonly string[];
  /** Codes of the errors that triggers were answered with. */
  readonly refusals: ReadonlySet<string>;
  /** Until a trigger was answered at longest, in milliseconds. */
  readonly slowestAnswerMs: number;
  /** Triggers no more; fails where an answer was not what it may be. */
  end(): Promise<void>;
}

const CLIENTS = 4;
const KEYS = 20;

const ONE = `mutation ($event: EventTriggerInput!) {
  eventTrigger(input: $event) { webhooksNotified }
}`;
const MANY = `mutation ($events: [EventTriggerInput!]!) {
  eventTriggerBatch(input: { events: $events }) { results { webhooksNotified } }
}`;
interface Answer {
  eventTrigger?: { webhooksNotified: number };
  eventTriggerBatch?: { results: { webhooksNotified: number }[] };
}

interface Event {
  type: string;
  eventId: string;
  orderingKey: string | null;
  payload: unknown;
}

/**
 * @param addresses where triggers are taken just now; a client asks another at each try.
 * @param before events that were accepted before.
 * @param mayRefuse whether a trigger may be answered with an error; it is sent again then, as if unanswered.
 * @param perSecond deliveries that are asked for in a second; as many as there is room for if omitted.
 * @param underWay how many deliveries are kept under way: what has been triggered and not been answered.
 */
export function startLoad(parts: {
  addresses: () => readonly string[];
  key: string;
  random: Random;
  endpoints: Endpoints;
  underWay: number;
  perSecond?: number;
  before?: readonly string[];
  mayRefuse?: boolean;
}): Load {
  const {
    addresses,
    key,
    random,
    endpoints,
    underWay,
    perSecond,
    before = [],
    mayRefuse = false,
  } = parts;
  const accepted = new Map<string, { orderingKey: string | null }>(
    before.map((eventId) => [eventId, { orderingKey: null }]),
  );
  let isEnding = false;
  let unanswered = 0;
  const severed: string[] = [];
  let slowestAnswerMs = 0;
  const startedAt = performance.now();
  const refusals = new Set<string>();
  let named = 0;

  const isEnough = () => {
    const made = accepted.size * endpoints.webhooks.length;
    if (made - endpoints.answered.size >= underWay) return true;
    const seconds = (performance.now() - startedAt) / 1_000;
    return perSecond !== undefined && named * endpoints.webhooks.length >= seconds * perSecond;
  };

  async function triggerSome(): Promise<void> {
    const events = Array.from({ length: random.pick([1, 1, 1, 8]) }, (): Event => {
      named += 1;
      const orderingKey = random.pick([null, `key-${random.integer(0, KEYS)}`]);
      return { type: 'user.created', eventId: `event-${named}`, orderingKey, payload: { named } };
    });
    while (!(await isTaken(events))) await pause(20);
    for (const { eventId, orderingKey } of events) accepted.set(eventId, { orderingKey });
  }

  async function isTaken(events: readonly Event[]): Promise<boolean> {
    const at = addresses();
    if (at.length === 0) return false;
    const [event, ...others] = events;
    const [query, variables] = others.length === 0 ? [ONE, { event }] : [MANY, { events }];
    const askedAt = performance.now();
    const answer = await postOperation<Answer | null>(random.pick(at), key, query, variables).catch(
      (error: unknown) => {
        const reason = reasonOf(error);
        if (reason !== 'ECONNREFUSED') severed.push(reason);
        return null;
      },
    );
    if (answer === null) {
      unanswered += 1;
      return false;
    }
    slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - askedAt);
    const [error] = answer.errors ?? [];
    if (mayRefuse && error !== undefined) {
      refusals.add(String(error.extensions['code']));
      return false;
    }
    const { eventTrigger, eventTriggerBatch } = answer.data ?? {};
    const results = eventTriggerBatch?.results ?? (eventTrigger ? [eventTrigger] : []);
    const isWhole = results.every((each) => each.webhooksNotified === endpoints.webhooks.length);
    if (results.length === events.length && isWhole) return true;
    throw new Error(`A trigger was answered with ${JSON.stringify(answer)}`);
  }

  async function client(): Promise<void> {
    while (!isEnding) {
      if (isEnough()) await pause(5);
      else await triggerSome();
    }
  }
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  // Where the test fails earlier, nobody asks for it.
  clients.catch(() => undefined);

  return {
    accepted,
    get unanswered() {
      return unanswered;
    },
    severed,
    refusals,
    get slowestAnswerMs() {
      return slowestAnswerMs;
    },
    async end() {
      isEnding = true;
      await clients;
    },
  };
}

/** Of a request that failed: the socket's word, or what could not be read of its answer. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}
