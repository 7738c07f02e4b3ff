import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { followDeliveries, untilFollowed } from '../support/feed/live-feed.ts';
import { platformOn } from '../support/installation/platform.ts';
import { serves, type ServerProcess } from '../support/installation/server-process.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';
import { openEndpoints } from './endpoints.ts';
import type { SeenKill } from './history.ts';
import { awaitKill, killedAt, KILLS_ENV, UNDER_WAY, type KillsSeen } from './kill.ts';
import { startLoad } from './load.ts';
import { readRecords } from './records.ts';
import { toldOf } from './told.ts';
import { planKills, type Role, type Step } from './schedule.ts';

/**
 * Kills processes of an installation under load, each at its step, as the seed says: one of each
 * role at a time, beside one with both that stays, at which the live feed is followed.
 */
export async function killServed(options: {
  redisUrl?: null;
  seed: number;
  rounds: number;
  steps: readonly Step[];
}): Promise<KillsSeen> {
  const { seed, rounds, steps, ...backend } = options;
  const random = createRandom(seed);
  const receiver = await startReceiver();
  const served = await makeServedProcesses({ ...backend, env: KILLS_ENV });
  try {
    const staying = await served.start('all');
    const client = served.clientOf(staying);
    const endpoints = await openEndpoints(receiver, platformOn(client), random);
    const feed = followDeliveries(served.socketOf(staying));
    const before = await untilFollowed(feed, platformOn(client));
    const running = new Map<Role, ServerProcess>();
    const addresses = () => {
      const up = [running.get('api'), running.get('all')].flatMap((each) => each?.address ?? []);
      return up.length > 0 ? up : [staying.address];
    };
    const key = served.env['BOOTSTRAP_API_KEY'] ?? '';
    const load = startLoad({ addresses, key, random, endpoints, underWay: UNDER_WAY, before });

    const planned = planKills(random, rounds, steps);
    const kills: SeenKill[] = [];
    async function killEach(role: Role): Promise<void> {
      for (const kill of planned.filter((each) => each.role === role)) {
        const name = `${role}-${kills.length}`;
        const victim = served.launch(role, {
          ...killedAt(kill),
          DATABASE_URL: named(served.env['DATABASE_URL'] ?? '', name),
        });
        running.set(role, victim);
        const at = await awaitKill(victim, kill);
        kills.push({ step: kill.step, at, held: await heldBy(served, victim, name) });
      }
      running.set(role, served.launch(role));
    }
    await Promise.all([killEach('api'), killEach('worker'), killEach('all')]);
    await load.end();
    await waitFor(() => [...running.values()].every(serves));

    const records = await readRecords(client);
    return {
      history: {
        webhooks: endpoints.webhooks,
        accepted: load.accepted,
        requests: endpoints.requests,
        kills,
        records,
        toldOf: await toldOf(feed, records, before),
      },
      unanswered: load.unanswered,
    };
  } finally {
    await served.stop();
    await receiver.close();
  }
}

/** The database's URL for one process, whose connections can then be told from the others'. */
function named(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', name);
  return url.href;
}

/** What it had claimed and left without a record, once the database has heard the last of it. */
async function heldBy(
  { database }: ServedProcesses,
  killed: ServerProcess,
  name: string,
): Promise<ReadonlySet<string>> {
  const workerId = killed.log.find((line) => line.workerId !== undefined)?.workerId;
  // An API process has none.
  if (workerId === undefined) return new Set();
  await waitFor(async () => {
    const { rowCount } = await database.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`,
      [name],
    );
    return rowCount === 0;
  });
  const { rows } = await database.pool.query<{ id: string }>(
    `SELECT id FROM "Delivery" WHERE status = 'SENDING' AND "claimedBy" = $1`,
    [workerId],
  );
  return new Set(rows.map(({ id }) => encodeGlobalId('Delivery', id)));
}
