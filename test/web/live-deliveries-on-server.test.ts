import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { createClient, type AppClient } from '../../web/graphql/connection/client.ts';
import { createConnectionStatus } from '../../web/graphql/connection/connection-status.ts';
import { deliveryRows, type DeliveryRow } from '../../web/live/delivery-row.ts';
import { createLiveDeliveries } from '../../web/live/live-deliveries.ts';
import { createLiveDelivery } from '../../web/live/live-delivery.ts';
import { VARIANTS, type Variant } from '../support/installation/installation.ts';
import { insertKey, useStage, type StageTenant } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';
import { cutSockets } from './cut-socket.ts';

const [variant] = VARIANTS as [Variant];

const TRUTH = `query ($after: String) { deliveries(first: 100, after: $after) {
  nodes {
    __typename id version status createdAt updatedAt completedAt nextAttemptAt attemptCount maxAttempts failureReason
    isTest webhook { id name url } event { id eventId type }
    lastAttempt { id number startedAt durationMs responseStatusCode errorCode errorMessage }
  }
  pageInfo { hasNextPage endCursor }
} }`;

interface Page {
  deliveries: {
    nodes: DeliveryRow[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** All deliveries of a tenant, in the server's order. */
async function truthOf({ ask }: StageTenant): Promise<DeliveryRow[]> {
  const all: DeliveryRow[] = [];
  for (let after: string | null = null; ;) {
    const { deliveries }: Page = await ask<Page>(TRUTH, { after });
    all.push(...deliveries.nodes);
    if (!deliveries.pageInfo.hasNextPage) return all;
    after = deliveries.pageInfo.endCursor;
  }
}

/** As text, without the typenames, which only some ways of reading bring, in the same order. */
const plain = (row: DeliveryRow | undefined) =>
  JSON.stringify(row, (key, value: unknown) => {
    if (key === '__typename') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

const hasEnded = ({ status }: { status: string }) => status === 'SUCCESS' || status === 'FAILED';

describe('live deliveries of a real server', () => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '3' });
  const clients: AppClient[] = [];
  afterEach(() => {
    for (const { dispose } of clients.splice(0)) dispose();
  });

  function clientOf(key: string) {
    const { webSocketImpl, cut, count } = cutSockets();
    const status = createConnectionStatus();
    const authorization = `Bearer ${key}`;
    let ended = 0;
    const app = createClient({
      onSessionEnded: () => (ended += 1),
      url: `${stage.installation.address}/graphql`,
      headers: { authorization },
      connectionParams: { authorization },
      webSocketImpl,
      status,
    });
    clients.push(app);
    return { client: app.client, cut, count, status, ended: () => ended };
  }

  it('are the truth after 500 events, though the socket was cut over and over', async () => {
    const tenant = await stage.tenant();
    let answered = 0;
    await tenant.endpoint();
    await tenant.endpoint((_request, response) => {
      response.writeHead((answered += 1) % 3 === 0 ? 200 : 500).end();
    });
    const { client, cut, status } = clientOf(tenant.key);
    for (let sent = 0; sent < 30; sent += 1) await tenant.send();

    const live = createLiveDeliveries({ client, filter: {}, source: deliveryRows, pageSize: 20 });
    const stop = live.start();
    const versions = new Map<string, number>();
    const backwards: string[] = [];
    live.subscribe(() => {
      for (const id of live.getSnapshot().ids) {
        const { version = 0 } = live.getRow(id) ?? {};
        if (version < (versions.get(id) ?? 0)) backwards.push(id);
        versions.set(id, version);
      }
    });
    await waitFor(() => live.getSnapshot().state === 'ready' && status.get().status === 'live');

    let isSending = true;
    const cutting = (async () => {
      for (let cuts = 0; isSending || cuts < 5; cuts += 1) {
        await pause(250);
        live.hold(cuts % 2 === 0);
        if (cuts % 3 !== 2) cut();
        live.loadMore();
      }
    })();
    for (let batch = 0; batch < 25; batch += 1) {
      await Promise.all(Array.from({ length: 20 }, () => tenant.send()));
    }
    isSending = false;
    await cutting;
    live.hold(false);

    const truth = await waitFor(
      async () => {
        const all = await truthOf(tenant);
        return all.length === 1_060 && all.every(hasEnded) && all;
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    await waitFor(
      () => {
        live.loadMore();
        const { ids, hasMore } = live.getSnapshot();
        if (hasMore) return false;
        return (
          ids.length === truth.length &&
          ids.every((id) => hasEnded(live.getRow(id) ?? { status: '' }))
        );
      },
      { timeoutMs: 60_000 },
    );
    const { ids } = live.getSnapshot();
    expect(ids).toEqual(truth.map(({ id }) => id));
    const wrong = truth.filter((row) => plain(live.getRow(row.id)) !== plain(row));
    expect(wrong.map((row) => [plain(row), plain(live.getRow(row.id))])).toEqual([]);
    expect(backwards).toEqual([]);
    stop();
  }, 120_000);

  it('follow a filter: what no longer fits leaves, and pages go on past what was cut off', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint((_request, response) => {
      setTimeout(() => response.writeHead(200).end(), 300);
    });
    const { client } = clientOf(tenant.key);
    const open = createLiveDeliveries({
      client,
      filter: { statuses: ['PENDING', 'SENDING'] },
      source: deliveryRows,
    });
    const ended = createLiveDeliveries({
      client,
      filter: { statuses: ['SUCCESS'] },
      source: deliveryRows,
      pageSize: 4,
      maxRows: 10,
    });
    const stops = [open.start(), ended.start()];
    await waitFor(() => [open, ended].every((live) => live.getSnapshot().state === 'ready'));
    open.hold(true);
    for (let sent = 0; sent < 15; sent += 1) await tenant.send();
    await waitFor(() => open.getSnapshot().newCount > 0);
    expect(open.getSnapshot().ids).toEqual([]);
    open.hold(false);
    await waitFor(() => ended.getSnapshot().isFull && open.getSnapshot().ids.length === 0);
    const truth = await truthOf(tenant);
    expect(ended.getSnapshot().ids).toEqual(truth.slice(0, 10).map(({ id }) => id));
    for (const stop of stops) stop();
  });

  it('are one, with its attempts, where one is asked for', async () => {
    const tenant = await stage.tenant();
    let fails = true;
    await tenant.endpoint((_request, response) => {
      response.writeHead(fails ? 500 : 200).end();
    });
    const { client, cut } = clientOf(tenant.key);
    const eventId = await tenant.send();
    const [row] = await truthOf(tenant);
    if (row === undefined) throw new Error('no delivery was made');
    const lives = [
      createLiveDelivery({ client, id: row.id }),
      createLiveDelivery({ client, id: row.id, parents: { eventId, webhookId: row.webhook.id } }),
    ];
    const stops = lives.map((live) => live.start());
    await waitFor(() => lives.every((live) => live.getSnapshot().state === 'ready'));
    cut();
    await tenant.ended(eventId);
    fails = false;
    await tenant.mutate('deliveryRetry', { id: row.id }, 'delivery { id }');
    await waitFor(() => lives.every((live) => live.getSnapshot().delivery?.status === 'SUCCESS'));
    for (const live of lives) {
      const { delivery } = live.getSnapshot();
      expect(delivery?.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect(delivery?.requestBody).toContain(eventId);
    }
    for (const stop of stops) stop();
  });

  it('are none where there is no such delivery', async () => {
    const tenant = await stage.tenant();
    const { client } = clientOf(tenant.key);
    for (const parents of [undefined, { eventId: 'none', webhookId: '' }]) {
      const live = createLiveDelivery({ client, id: 'none', parents });
      const stop = live.start();
      const end = parents === undefined ? 'missing' : 'failed';
      await waitFor(() => live.getSnapshot().state === end);
      stop();
    }
  });

  it('end with the key', async () => {
    const tenant = await stage.tenant();
    const key = await insertKey(stage.installation, tenant.tenantId, 'VIEWER');
    const { client, status, ended, count } = clientOf(key);
    const live = createLiveDeliveries({ client, filter: {}, source: deliveryRows });
    const stop = live.start();
    await waitFor(() => live.getSnapshot().state === 'ready' && status.get().status === 'live');
    await stage.installation.database.pool.query(
      `UPDATE "ApiKey" SET "revokedAt" = now() WHERE "tenantId" = $1 AND role = 'VIEWER'`,
      [tenant.tenantId],
    );
    await waitFor(() => ended() === 1);
    await waitFor(() => count() === 0);
    // It was not revoked over the API: for a second its process takes it as it was.
    await waitFor(async () => {
      const asked = client.query(
        '{ viewer { apiKey { id } } }',
        {},
        {
          requestPolicy: 'network-only',
        },
      );
      const { error } = await asked.toPromise();
      return error?.graphQLErrors[0]?.extensions['code'] === 'UNAUTHENTICATED';
    });
    expect(ended()).toBe(1);
    stop();
  });
});
