import { leftLying } from './history.ts';
import type { KillsSeen } from './kill.ts';

/** Prints what was seen, in a line: the figures of docs/guarantees.md. */
export function tellKills(seen: KillsSeen): void {
  const { history, unanswered } = seen;
  const { kills, accepted, records, requests } = history;
  const needed = records.reduce((sum, { attempts }) => sum + attempts.length, 0);
  process.stdout.write(
    `${kills.length} kills, ${unanswered} triggers cut off, ${accepted.size} events accepted, ` +
      `${records.length} deliveries, ${heldAt(seen)} held at a kill, ` +
      `${requests.length - needed} requests came again, ` +
      `${leftLying(history).length} of them late\n`,
  );
  for (const line of leftLying(history)) process.stdout.write(`late: ${line}\n`);
}

/** How many deliveries the killed processes had in their hands. */
export function heldAt({ history }: KillsSeen): number {
  return history.kills.reduce(
    (sum, { held }) => sum + (typeof held === 'number' ? held : held.size),
    0,
  );
}
