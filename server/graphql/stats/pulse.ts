import { Repeater, SlidingBuffer } from 'graphql-yoga';

import type { Feed } from '../../feed/open.ts';
import type { Services } from '../schema/context.ts';

/** Which stats are followed. */
export interface StatsTopic {
  tenantId: string;
  /** Null: of all the tenant's webhooks. */
  webhookId: string | null;
  /** How far back they look, in milliseconds. */
  windowMs: number;
}

/** Tells those who follow stats when to read them. */
export interface StatsPulse {
  /**
   * Brings the topic at once and again after changes, at most once a second however many there
   * are: to all who follow it at the same moment, and as the same object, so that one reading
   * serves them all. For a reader that is slow the newest is kept.
   */
  follow(topic: StatsTopic): AsyncIterable<StatsTopic>;
}

/** contract.graphql: at most once a second. */
const EVERY_MS = 1_000;
/** Timers may be early by less than this. */
const EARLY_MS = 1;
/** Those who came within so long of each other are served together from then on. */
const TOGETHER_MS = 50;

interface Group {
  topic: StatsTopic;
  readers: Set<Reader>;
  /** Whether anything has changed that the newest object does not show. */
  isDue: boolean;
  newest: { topic: StatsTopic; at: number } | null;
  timer: NodeJS.Timeout | undefined;
  listening: Promise<() => void>;
}

interface Reader {
  push(topic: StatsTopic): void;
  toldAt: number;
}

export function createStatsPulse(feed: Pick<Feed, 'onChanges'>): StatsPulse {
  const groups = new Map<string, Group>();

  function admit(topic: StatsTopic): Group {
    const group: Group = {
      topic,
      readers: new Set(),
      isDue: true,
      newest: null,
      timer: undefined,
      listening: feed.onChanges(topic.tenantId, (change) => {
        const matters =
          change === null ||
          (!change.delivery.isTest &&
            (topic.webhookId === null || change.delivery.webhookId === topic.webhookId));
        if (!matters) return;
        group.isDue = true;
        tellSoon(group, 0);
      }),
    };
    return group;
  }

  function tellSoon(group: Group, waitMs: number): void {
    // Not within the change itself: what else comes with it is in the same object.
    group.timer ??= setTimeout(() => {
      group.timer = undefined;
      tellAll(group);
    }, waitMs);
  }

  function tellAll(group: Group): void {
    if (!group.isDue) return;
    const now = performance.now();
    const wait = group.newest === null ? 0 : group.newest.at + EVERY_MS - now;
    if (wait >= EARLY_MS) return tellSoon(group, wait);
    const topic = renew(group, now);
    group.isDue = false;
    for (const reader of group.readers) {
      // One that came in the meantime is served with the others, the next time.
      if (now - reader.toldAt < EVERY_MS - TOGETHER_MS) group.isDue = true;
      else tell(reader, topic, now);
    }
    if (group.isDue) tellSoon(group, EVERY_MS);
  }

  function renew(group: Group, now: number): StatsTopic {
    group.newest = { topic: { ...group.topic }, at: now };
    return group.newest.topic;
  }

  /** What one that joins gets first. */
  function newestOf(group: Group): StatsTopic {
    const now = performance.now();
    if (group.newest && now - group.newest.at < EVERY_MS) return group.newest.topic;
    if (group.newest === null || group.readers.size === 1) group.isDue = false;
    return renew(group, now);
  }

  function tell(reader: Reader, topic: StatsTopic, now: number): void {
    reader.toldAt = now;
    reader.push(topic);
  }

  function leave(key: string, group: Group, reader: Reader): void {
    if (!group.readers.delete(reader) || group.readers.size > 0) return;
    clearTimeout(group.timer);
    if (groups.get(key) === group) groups.delete(key);
    group.listening.then((stop) => stop()).catch(() => undefined);
  }

  return {
    follow: (topic) =>
      new Repeater<StatsTopic>(async (push, stop) => {
        const key = `${topic.tenantId} ${topic.webhookId} ${topic.windowMs}`;
        const group = groups.get(key) ?? admit(topic);
        groups.set(key, group);
        const reader: Reader = {
          push: (value) => void push(value).catch(() => undefined),
          toldAt: -Infinity,
        };
        group.readers.add(reader);
        try {
          await group.listening;
          tell(reader, newestOf(group), performance.now());
          await stop;
        } finally {
          leave(key, group, reader);
        }
      }, new SlidingBuffer(1)),
  };
}

const pulses = new WeakMap<Services, StatsPulse>();

/** The one pulse of these services. */
export function statsPulseOf(services: Services): StatsPulse {
  const pulse = pulses.get(services) ?? createStatsPulse(services.feed);
  pulses.set(services, pulse);
  return pulse;
}
