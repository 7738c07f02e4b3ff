import { openEndpoints } from '../kills/endpoints.ts';
import { startLoad } from '../kills/load.ts';
import { readRecords } from '../kills/records.ts';
import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import { createLauncher, type RunningServer } from '../support/installation/server-process.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
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

const KEY = 'the-key-of-these-tests';

/** Stops the one process of an embedded installation under load, and starts it again, so many times. */
export async function restartEmbedded(times: number): Promise<SeenStops> {
  const random = createRandom(1);
  const receiver = await startReceiver();
  const folder = await makeDataFolder();
  const servers = createLauncher();
  const env = { ...STOPS_ENV, DATA_DIR: folder.path, BOOTSTRAP_API_KEY: KEY };
  try {
    const processes: RunningServer[] = [];
    const start = async () => {
      const server = await servers.start({ env });
      processes.push(server);
      return server;
    };
    let running = await start();
    const platform = platformOn(createApiClient(running.address, KEY));
    const endpoints = await openEndpoints(receiver, platform, random);
    const load = startLoad({
      addresses: () => [running.address],
      ...{ key: KEY, random, endpoints, underWay: UNDER_WAY, perSecond: PER_SECOND },
    });
    const startedAt = performance.now();
    const stops: SeenStop[] = [];
    for (let time = 1; time <= times; time += 1) {
      await endpoints.answeredMore(SOME);
      stops.push(await stopOne('embedded', running));
      running = await start();
    }
    await endpoints.answeredMore(SOME);
    await load.end();
    const loadMs = performance.now() - startedAt;
    const records = await readRecords(createApiClient(running.address, KEY));
    return seenStops({ endpoints, load, loadMs, records, toldOf: null, stops, processes });
  } finally {
    await servers.killAll();
    await receiver.close();
    await folder.remove();
  }
}
