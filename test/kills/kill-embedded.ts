import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import {
  createLauncher,
  serves,
  type ServerProcess,
} from '../support/installation/server-process.ts';
import { createRandom } from '../support/random.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';
import { openEndpoints } from './endpoints.ts';
import type { SeenKill } from './history.ts';
import { awaitKill, killedAt, KILLS_ENV, UNDER_WAY, type KillsSeen } from './kill.ts';
import { startLoad } from './load.ts';
import { readRecords } from './records.ts';
import { planKills, type Step } from './schedule.ts';

const KEY = 'the-key-of-these-tests';

/** Kills the one process of an embedded installation under load, again and again, as the seed says. */
export async function killEmbedded(options: {
  seed: number;
  rounds: number;
  steps: readonly Step[];
}): Promise<KillsSeen> {
  const random = createRandom(options.seed);
  const receiver = await startReceiver();
  const folder = await makeDataFolder();
  const servers = createLauncher();
  const env = { ...KILLS_ENV, DATA_DIR: folder.path, BOOTSTRAP_API_KEY: KEY };
  try {
    const first = await servers.start({ env });
    const endpoints = await openEndpoints(
      receiver,
      platformOn(createApiClient(first.address, KEY)),
      random,
    );
    first.kill('SIGTERM');
    await first.waitForExit();

    let running: ServerProcess = first;
    let isUp = false;
    const load = startLoad({
      addresses: () => (isUp && serves(running) ? [running.address] : []),
      key: KEY,
      random,
      endpoints,
      underWay: UNDER_WAY,
    });
    const kills: SeenKill[] = [];
    const start = (own: Record<string, string>) => {
      running = servers.launch({ env: { ...env, ...own } });
      isUp = true;
    };
    /** What the one before had claimed is what this one gives back as it starts. */
    const lookBack = () => {
      const last = kills.at(-1);
      if (last === undefined) return;
      const returned = running.log.filter(({ msg }) => msg === 'worker.claims_returned');
      last.held = returned.reduce((sum, { deliveries = 0 }) => sum + deliveries, 0);
    };
    for (const kill of planKills(random, options.rounds, options.steps)) {
      start(killedAt(kill));
      const at = await awaitKill(running, kill);
      isUp = false;
      lookBack();
      kills.push({ step: kill.step, at, held: 0 });
    }
    start({});
    const last = await waitFor(() => serves(running) && running, { timeoutMs: 60_000 });
    lookBack();
    await load.end();
    const records = await readRecords(createApiClient(last.address, KEY));
    return {
      history: {
        webhooks: endpoints.webhooks,
        accepted: load.accepted,
        requests: endpoints.requests,
        kills,
        records,
        toldOf: null,
      },
      unanswered: load.unanswered,
    };
  } finally {
    await servers.killAll();
    await receiver.close();
    await folder.remove();
  }
}
