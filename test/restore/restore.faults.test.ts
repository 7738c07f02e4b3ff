import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import {
  runPostgresTool,
  startSystemPostgres,
  type SystemPostgres,
} from '../support/database/system-postgres.ts';
import { listDeliveries, waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { followDeliveries, untilFollowed } from '../support/feed/live-feed.ts';
import { platformOn } from '../support/installation/platform.ts';
import { makeServedProcesses, SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { failTimes, hang, startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** So many transactions had the first cluster more than the second has had when it is begun with. */
const TRANSACTIONS = 20_000;

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const useTransactions = ({ url }: SystemPostgres, count: number) =>
  query(
    url,
    `DO $$ BEGIN FOR i IN 1..${count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
  );

test.each(SERVED_BACKENDS)(
  'a dump that was made under way goes on in a new cluster, on $on',
  { timeout: 240_000 },
  async ({ options }) => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-dump-'));
    const dump = join(folder, 'nexus.dump');
    const receiver = await startReceiver();
    const [first, second] = await Promise.all([startSystemPostgres(), startSystemPostgres()]);
    await useTransactions(first, TRANSACTIONS);
    const served = await makeServedProcesses({ ...options, databaseUrl: first.url });
    try {
      const before = await served.start('all', { INITIAL_RETRY_DELAY: '3600' });
      const platform = platformOn(served.clientOf(before));
      receiver.on('/failing', failTimes(1));
      receiver.on('/under-way', hang());
      const paths = ['/good', '/failing', '/under-way', '/paused'];
      const made = new Map<string, { id: string; secret: string }>();
      for (const path of paths) {
        made.set(path, await platform.createWebhook({ name: path, url: receiver.url(path) }));
      }
      const paused = made.get('/paused');
      await platform.mutate('webhookPause', { id: paused?.id }, 'webhook { id }');
      const feed = followDeliveries(served.socketOf(before));
      await platform.trigger({ eventId: 'before', payload: { n: 1 } });
      await feed.waitForStatus('before', 'SUCCESS');
      await receiver.waitForRequests('/under-way', 1);
      await waitFor(async () => {
        const statuses = (await listDeliveries(served.clientOf(before))).map(
          ({ status }) => status,
        );
        return statuses.toSorted().join() === 'PENDING,RETRYING,SENDING,SUCCESS';
      });
      const cursor = feed.updates.at(-1)?.cursor ?? '';

      // As docs/operating.md has it.
      await runPostgresTool('pg_dump', ['--format=custom', `--file=${dump}`, first.url]);
      before.kill('SIGKILL');
      await first.stop();
      await runPostgresTool('pg_restore', [
        ...['--no-owner', '--exit-on-error', `--dbname=${second.url}`, dump],
      ]);

      receiver.on('/under-way', (_request, response) => void response.end());
      const after = await served.start('all', { DATABASE_URL: second.url });
      const client = served.clientOf(after);
      const again = platformOn(client);
      const old = followDeliveries(served.socketOf(after), { after: cursor });
      await waitFor(() => old.ended);
      expect(JSON.stringify(old.ended)).toContain('CURSOR_EXPIRED');

      // Its transactions have lower numbers than those of the log that came with the dump.
      const live = followDeliveries(served.socketOf(after));
      await untilFollowed(live, again);
      expect((await again.trigger({ eventId: 'before', payload: { n: 1 } })).isDuplicate).toBe(
        true,
      );
      await again.mutate('webhookResume', { id: paused?.id }, 'webhook { id }');
      const waiting = (await listDeliveries(client, { statuses: ['RETRYING'] }))[0];
      await again.mutate('deliveryRetry', { id: waiting?.id }, 'delivery { id }');
      const deliveries = await waitUntilAllEnded(client, 60_000);
      expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(['SUCCESS']));
      for (const path of paths) {
        const request = receiver.requests(path).at(-1);
        const signature = createHmac('sha256', made.get(path)?.secret ?? '').update(
          request?.body ?? '',
        );
        expect(request?.headers['x-webhook-signature']).toBe(`sha256=${signature.digest('hex')}`);
      }

      // Once they reach those of the log, what is long past is not told as new.
      const told = live.updates.length;
      await useTransactions(second, 2 * TRANSACTIONS);
      await again.trigger({ eventId: 'after', payload: { n: 2 } });
      await waitFor(
        () => live.of('after').filter(({ status }) => status === 'SUCCESS').length === 4,
      );
      expect(new Set(live.updates.slice(told).map((each) => each.delivery.event.eventId))).toEqual(
        new Set(['after']),
      );
      expect(after.warnings).toEqual(['worker.claims_returned']);
      expect(after.complaints).toEqual([]);
    } finally {
      await served.stop();
      await receiver.close();
      await second.stop();
      await first.stop();
      await rm(folder, { recursive: true });
    }
  },
);
