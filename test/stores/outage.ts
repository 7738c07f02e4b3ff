import { setTimeout as pause } from 'node:timers/promises';
import { openEndpoints } from '../kills/endpoints.ts';
import { faultsOf } from '../kills/history.ts';
import { startLoad } from '../kills/load.ts';
import { readRecords } from '../kills/records.ts';
import { toldOf } from '../kills/told.ts';
import { followDeliveries, untilFollowed } from '../support/feed/live-feed.ts';
import { platformOn } from '../support/installation/platform.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { makeServedProcesses } from '../support/installation/served-processes.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** Something that happens to a store while an installation is at work. */
export interface Outage {
  begin(): Promise<void>;
  /** How long it is left so, in milliseconds. */
  lastsMs: number;
  end(): Promise<void>;
}

/** What was seen of it. */
export interface Endured {
  /** What may not happen, by the history (kills/history.ts); nothing was killed. */
  faults: string[];
  accepted: number;
  acceptedMeanwhile: number;
  /** Codes of the errors that triggers were answered with. */
  refusals: ReadonlySet<string>;
  /** Of all answers to triggers, in milliseconds. */
  slowestAnswerMs: number;
  /** From the end of the outage until some triggers were accepted and some deliveries answered again. */
  wellAfterMs: number;
  /** Of each process: its warnings and errors, by name, in order. */
  warnings: string[][];
  /** What was told as lost, and not as back within {@link TOLD_WITHIN_MS} of the end. */
  notBack: string[];
  /** Of each process: lines that are no log. */
  complaints: string[];
}

/** PostgreSQL counts as back 10 s after it refused something last, where it has; the rest is the machine's. */
const TOLD_WITHIN_MS = 20_000;
const UNDER_WAY = 100;
/** Deliveries before the outage, and after it. */
const SOME = 200;
/** By which it is seen that all is well. */
const A_FEW = 10;

/** Of a process: each part that was told as lost last, and not as back. */
function lostAndNotBack({ log }: RunningServer): string[] {
  const lost = new Set<string>();
  for (const { msg } of log) {
    if (/[._]lost$/.test(msg)) lost.add(msg);
    else if (/[._]back$/.test(msg)) lost.delete(msg.replace(/back$/, 'lost'));
  }
  return [...lost];
}

/** Lets an installation of one API and two workers work through an outage of a store. */
export async function endure(
  stores: { redisUrl: string | null; databaseUrl: string },
  outage: Outage,
): Promise<Endured> {
  const random = createRandom(1);
  const receiver = await startReceiver();
  const served = await makeServedProcesses(stores);
  try {
    const api = await served.start('api');
    const workers = await Promise.all([served.start('worker'), served.start('worker')]);
    const servers: RunningServer[] = [api, ...workers];
    const client = served.clientOf(api);
    const endpoints = await openEndpoints(receiver, platformOn(client), random);
    const feed = followDeliveries(served.socketOf(api));
    const before = await untilFollowed(feed, platformOn(client));
    const load = startLoad({
      addresses: () => [api.address],
      key: served.env['BOOTSTRAP_API_KEY'] ?? '',
      random,
      endpoints,
      underWay: UNDER_WAY,
      before,
      mayRefuse: true,
    });

    await endpoints.answeredMore(SOME);
    await outage.begin();
    const acceptedThen = load.accepted.size;
    await pause(outage.lastsMs);
    const acceptedMeanwhile = load.accepted.size - acceptedThen;
    await outage.end();
    const endedAt = performance.now();
    const acceptedBefore = load.accepted.size;
    await waitFor(() => load.accepted.size >= acceptedBefore + A_FEW, { timeoutMs: 60_000 });
    await endpoints.answeredMore(A_FEW);
    const wellAfterMs = performance.now() - endedAt;
    const notBackYet = () => servers.flatMap(lostAndNotBack);
    await waitFor(() => notBackYet().length === 0, {
      timeoutMs: Math.max(0, TOLD_WITHIN_MS - (performance.now() - endedAt)),
    }).catch(() => undefined);
    const notBack = notBackYet();
    await endpoints.answeredMore(SOME);
    await load.end();

    const records = await readRecords(client);
    const faults = faultsOf({
      webhooks: endpoints.webhooks,
      accepted: load.accepted,
      requests: endpoints.requests,
      kills: [],
      records,
      toldOf: await toldOf(feed, records, before),
    });
    return {
      faults,
      accepted: load.accepted.size,
      acceptedMeanwhile,
      refusals: load.refusals,
      slowestAnswerMs: load.slowestAnswerMs,
      wellAfterMs,
      warnings: servers.map(({ warnings }) => [...warnings]),
      notBack,
      complaints: servers.flatMap(({ complaints }) => complaints),
    };
  } finally {
    await served.stop();
    await receiver.close();
  }
}

/** Prints what was seen, in a line: the figures of docs/guarantees.md. */
export function tellOutage(seen: Endured): void {
  const { accepted, acceptedMeanwhile, refusals, slowestAnswerMs, wellAfterMs } = seen;
  process.stdout.write(
    `${accepted} events accepted, ${acceptedMeanwhile} of them meanwhile; refused with ` +
      `[${[...refusals].join()}]; slowest answer ${Math.round(slowestAnswerMs)} ms; ` +
      `well after ${Math.round(wellAfterMs)} ms\n`,
  );
}
