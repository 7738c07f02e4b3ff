import { fileURLToPath } from 'node:url';
import type { ServerProcess } from '../support/installation/server-process.ts';
import type { History } from './history.ts';
import type { PlannedKill } from './schedule.ts';

const KILL_AT = fileURLToPath(new URL('kill-at.mjs', import.meta.url));

/** Deliveries that are under way all the time. */
export const UNDER_WAY = 1_000;
/** Most of what is under way waits: the machine is to have time for starting processes. */
export const KILLS_ENV = {
  WEBHOOK_CONCURRENCY: '16',
  INITIAL_RETRY_DELAY: '0.2',
  // A machine that is busy is no receiver that fails.
  WEBHOOK_TIMEOUT: '120',
};
/** Within this a process has started and come to the step that it is to be killed at. */
const REACHED_WITHIN_MS = 60_000;

export interface KillsSeen {
  history: History;
  /** Triggers that a kill left without an answer. */
  unanswered: number;
}

type At = Pick<PlannedKill, 'step' | 'passing'>;

/** For a process to end at the step that is planned for it. */
export function killedAt({ step, passing }: At): Record<string, string> {
  return { NODE_OPTIONS: `--import=${KILL_AT}`, KILL_AT: `${step}:${passing}` };
}

/** Waits until the kill has come; returns when. */
export async function awaitKill(victim: ServerProcess, { step, passing }: At): Promise<number> {
  const exit = await victim.waitForExit(REACHED_WITHIN_MS).catch((error: unknown) => {
    throw new Error(`A process did not come to "${step}" ${passing} times`, { cause: error });
  });
  if (exit.signal === 'SIGKILL') return Date.now();
  throw new Error(`A process ended by itself: ${JSON.stringify(exit)} ${victim.stderr}`);
}
