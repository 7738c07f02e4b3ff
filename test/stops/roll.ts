import { openEndpoints } from '../kills/endpoints.ts';
import { startLoad } from '../kills/load.ts';
import { readRecords } from '../kills/records.ts';
import { toldOf } from '../kills/told.ts';
import { untilFollowed } from '../support/feed/live-feed.ts';
import { platformOn } from '../support/installation/platform.ts';
import { makeServedProcesses } from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
import { followAcross } from './followed-across.ts';
import {
  PER_SECOND,
  seenStops,
  SOME,
  stopOne,
  STOPS_ENV,
  UNDER_WAY,
  type SeenStop,
  type SeenStops,
} from './seen-stops.ts';

const ROLES = ['api', 'worker', 'all'] as const;

/**
 * Changes an API process, a worker and one with both for new ones, one after the other, while all of them work:
 * the new one is started, and the old one gets a SIGTERM. The live feed is followed over all of it.
 * @param options.from the program that is changed; this version's if omitted.
 */
export async function rollUnderLoad(options: {
  redisUrl?: null;
  databaseUrl?: string;
  from?: string;
}): Promise<SeenStops> {
  const { from, ...backend } = options;
  const random = createRandom(1);
  const receiver = await startReceiver();
  const served = await makeServedProcesses({ ...backend, env: STOPS_ENV });
  const key = served.env['BOOTSTRAP_API_KEY'] ?? '';
  const running = new Map<string, RunningServer>();
  const processes: RunningServer[] = [];
  const start = async (role: (typeof ROLES)[number], main?: string) => {
    const server = await served.start(role, {}, main);
    running.set(role, server);
    processes.push(server);
    return server;
  };
  // As a balancer that has not noticed yet: until a process has ended, it is asked.
  const apis = () =>
    [running.get('api'), running.get('all')].flatMap((each) => each?.address ?? []);
  let feed: ReturnType<typeof followAcross> | undefined;
  try {
    const first = await start('api', from);
    await start('worker', from);
    await start('all', from);
    const platform = platformOn(served.clientOf(first));
    const endpoints = await openEndpoints(receiver, platform, random);
    const following = followAcross(() => random.pick(apis()), key);
    feed = following;
    const before = await untilFollowed(following, platform);
    const load = startLoad({
      addresses: apis,
      ...{ key, random, endpoints, underWay: UNDER_WAY, perSecond: PER_SECOND, before },
    });
    const startedAt = performance.now();

    const stops: SeenStop[] = [];
    for (const role of ROLES) {
      await endpoints.answeredMore(SOME);
      const old = running.get(role);
      await start(role);
      if (old !== undefined) stops.push(await stopOne(role, old));
    }
    await endpoints.answeredMore(SOME);
    await load.end();
    const loadMs = performance.now() - startedAt;
    const records = await readRecords(served.clientOf(running.get('api') ?? first));
    const told = await toldOf(following, records, before);
    return seenStops({ endpoints, load, loadMs, records, toldOf: told, stops, processes });
  } finally {
    feed?.stop();
    await served.stop();
    await receiver.close();
  }
}
