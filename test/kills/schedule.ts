import type { Random } from '../support/random.ts';

/** Where in its work a process is killed, in the order of a delivery's way: see server/steps.ts. */
export const STEPS = [
  'known',
  'inserted',
  'hinted',
  'taken',
  'claimed',
  'sending',
  'sent',
  'answered',
  'recorded',
  'announced',
] as const;
/** Those that an embedded process passes for sure: alone, it asks the queue only where it is full. */
export const EMBEDDED_STEPS = STEPS.filter((step) => step !== 'hinted' && step !== 'taken');
export type Step = (typeof STEPS)[number];
export type Role = 'api' | 'worker' | 'all';

/** A process that is to be killed when its work passes a step for the so many'th time. */
export interface PlannedKill {
  role: Role;
  step: Step;
  passing: number;
}

/** Who can be killed where. A process with both roles seldom asks the queue: it sends at once what it makes. */
const ROLES: Record<Step, readonly Role[]> = {
  known: ['api', 'all'],
  inserted: ['api', 'all'],
  hinted: ['api'],
  taken: ['worker'],
  claimed: ['worker', 'all'],
  sending: ['worker', 'all'],
  sent: ['worker', 'all'],
  answered: ['worker', 'all'],
  recorded: ['worker', 'all'],
  announced: ['worker', 'api', 'all'],
};

/** Steps that are passed once for each delivery, and not for many at once. */
const OF_EACH_DELIVERY = new Set<Step>(['sending', 'sent', 'answered']);

/** So many kills at each of these steps, in a mixed order, shared out among the roles that pass it. */
export function planKills(random: Random, rounds: number, steps: readonly Step[]): PlannedKill[] {
  const planned = steps.flatMap((step) =>
    Array.from({ length: rounds }, (_, round): PlannedKill => {
      const roles = ROLES[step];
      const role = roles[round % roles.length] ?? 'all';
      return { role, step, passing: random.integer(1, OF_EACH_DELIVERY.has(step) ? 80 : 10) };
    }),
  );
  return planned
    .map((kill) => ({ kill, place: random.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ kill }) => kill);
}
