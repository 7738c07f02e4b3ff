import type { KillsSeen } from './kill.ts';

/** Prints what was seen, in a line: the figures of docs/guarantees.md. */
export function tellKills({ history, unanswered }: KillsSeen): void {
  const { kills, accepted, records, requests } = history;
  const held = kills.reduce(
    (sum, each) => sum + (typeof each.held === 'number' ? each.held : each.held.size),
    0,
  );
  const needed = records.reduce((sum, { attempts }) => sum + attempts.length, 0);
  process.stdout.write(
    `${kills.length} kills, ${unanswered} triggers cut off, ${accepted.size} events accepted, ` +
      `${records.length} deliveries, ${held} held at a kill, ` +
      `${requests.length - needed} requests came again\n`,
  );
}
