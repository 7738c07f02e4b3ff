import type { Steps } from '../../server/steps.ts';
import { createHook } from './hooks.ts';
import { percentiles } from '../percentiles.ts';

/** One step as bench/watch/trace-hook.mjs writes it down. */
interface Taken {
  step: keyof Steps;
  at: number;
  about: (string | { eventId?: string; deliveryIds?: string[] })[];
}

/** In the order in which they are taken; with one process there is neither hint nor job. */
const ORDER: readonly (keyof Steps)[] = [
  ...(['read', 'known', 'inserted', 'hinted', 'taken'] as const),
  ...(['claimed', 'sending', 'answered', 'recorded'] as const),
];

type Times = Partial<Record<keyof Steps, number>>;

/** How long each step takes, from the one before; see {@link createHook}. */
export async function createTracer() {
  const { env, collect } = await createHook('trace-hook.mjs');
  return {
    env,
    /** Prints it for the events whose ids begin with when they were triggered, warm-up left out. */
    async print(): Promise<void> {
      const texts = await collect();
      printSteps(texts.flatMap(([, text]): Taken[] => JSON.parse(text)));
    },
  };
}

function printSteps(taken: readonly Taken[]): void {
  const eventOf = new Map<string, string>();
  const timesOf = new Map<string, Times>();
  for (const { step, about } of taken) {
    if (step !== 'inserted') continue;
    for (const each of about) {
      if (typeof each === 'string') continue;
      for (const id of each.deliveryIds ?? []) eventOf.set(id, each.eventId ?? '');
    }
  }
  for (const { step, at, about } of taken) {
    for (const each of about) {
      const eventId = typeof each === 'string' ? eventOf.get(each) : each.eventId;
      if (eventId === undefined || !/^[\d.]+-\d/.test(eventId)) continue;
      const times = timesOf.get(eventId) ?? {};
      timesOf.set(eventId, times);
      times[step] = Math.min(at, times[step] ?? Infinity);
    }
  }
  const rows = ORDER.map((step, index) => {
    const took: number[] = [];
    const since: number[] = [];
    for (const [eventId, times] of timesOf) {
      const at = times[step];
      if (at === undefined) continue;
      const triggeredAt = Number.parseFloat(eventId);
      const before = ORDER.slice(0, index).flatMap((earlier) => times[earlier] ?? []);
      took.push(at - Math.max(triggeredAt, ...before));
      since.push(at - triggeredAt);
    }
    const [own, all] = [percentiles(took), percentiles(since)];
    const told = (value: number) => Math.round(100 * value) / 100;
    return {
      step,
      ...{ events: took.length, p50: told(own.p50), p95: told(own.p95) },
      ...{ 'since trigger p50': told(all.p50), 'since trigger p95': told(all.p95) },
    };
  });
  console.table(rows.filter(({ events }) => events > 0));
}
