import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createApiClient } from '../support/installation/api-client.ts';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { FEED_VARIANTS } from '../support/installation/installation.ts';
import { followDeliveries, type LiveFeed } from '../support/feed/live-feed.ts';
import { platformOn } from '../support/installation/platform.ts';
import { failTimes, status } from '../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';
import { PATIENCE_MS, waitFor } from '../support/wait.ts';

async function feedCursor({ ask }: Pick<StageTenant, 'ask'>): Promise<string> {
  const { deliveries } = await ask<{ deliveries: { feedCursor: string } }>(
    '{ deliveries(first: 1) { feedCursor } }',
  );
  return deliveries.feedCursor;
}

const statusesOf = (feed: LiveFeed, eventId: string) =>
  feed.of(eventId).map((update) => update.status);

/** A feed that is known to be live: it has told of a test that was sent for it. */
async function followLive(tenant: StageTenant, client = tenant.socket()): Promise<LiveFeed> {
  const probe = await tenant.endpoint(undefined, { eventTypes: [] });
  const feed = followDeliveries(client);
  await waitFor(
    async () => {
      if (feed.ended !== null) throw new Error('the feed ended', { cause: feed.ended });
      await tenant.mutate(
        'webhookTest',
        { id: probe.id, eventType: 'task.created' },
        'delivery { id }',
      );
      return feed.updates.length > 0;
    },
    { everyMs: 100 },
  );
  return feed;
}

describe.each(FEED_VARIANTS)('the live feed, with $name', (variant) => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '2' });

  it('brings each change of a delivery in its order, SENDING among them', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint();
    await tenant.endpoint(failTimes(1), { eventTypes: ['user.updated'] });
    await tenant.endpoint(status(500), { eventTypes: ['user.deleted'] });
    const feed = await followLive(tenant);
    const [straight, bent, broken] = await Promise.all([
      tenant.send(),
      tenant.send({ type: 'user.updated' }),
      tenant.send({ type: 'user.deleted' }),
    ]);
    const many = await Promise.all(Array.from({ length: 30 }, () => tenant.send()));

    await feed.waitForStatus(broken, 'FAILED');
    await feed.waitForStatus(bent, 'SUCCESS');
    for (const eventId of [straight, ...many]) {
      await feed.waitForStatus(eventId, 'SUCCESS');
      expect(statusesOf(feed, eventId)).toEqual(['PENDING', 'SENDING', 'SUCCESS']);
    }
    const turns = ['PENDING', 'SENDING', 'RETRYING', 'SENDING'];
    expect(statusesOf(feed, bent)).toEqual([...turns, 'SUCCESS']);
    expect(statusesOf(feed, broken)).toEqual([...turns, 'FAILED']);
    expect(feed.updates.every(({ matchesFilter }) => matchesFilter)).toBe(true);
    expect(feed.ended).toBeNull();
  });

  it('tells a filter by status when a delivery leaves it', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    await tenant.endpoint(held.behaviour);
    const after = await feedCursor(tenant);
    const filter = { statuses: ['SENDING'] };
    const feed = followDeliveries(tenant.socket(), { filter, after });
    const eventId = await tenant.send();
    await feed.waitForStatus(eventId, 'SENDING');
    held.release();
    await feed.waitForStatus(eventId, 'SUCCESS');
    expect(feed.of(eventId).map(({ status, matchesFilter }) => [status, matchesFilter])).toEqual([
      ['SENDING', true],
      ['SUCCESS', false],
    ]);
  });

  it('is filtered by webhook, type, eventId, time and test', async () => {
    const tenant = await stage.tenant();
    const [one, two] = await Promise.all([
      tenant.endpoint(undefined, { eventTypes: ['user.created', 'user.updated'] }),
      tenant.endpoint(),
    ]);
    const after = await feedCursor(tenant);
    const begun = new Date().toISOString();
    const filters = {
      webhook: { webhookIds: [two.id] },
      type: { eventTypes: ['user.updated'] },
      event: { eventId: 'second' },
      from: { createdAt: { from: begun } },
      before: { createdAt: { to: begun } },
      tests: { isTest: true },
      both: { webhookIds: [one.id], eventTypes: ['user.created'], isTest: false },
      nothing: { webhookIds: [] },
    };
    const client = tenant.socket();
    const feeds = Object.entries(filters).map(
      ([name, filter]) => [name, followDeliveries(client, { filter, after })] as const,
    );
    const everything = followDeliveries(client, { after });
    await tenant.send({ eventId: 'first' });
    await tenant.send({ eventId: 'second', type: 'user.updated' });
    const { delivery } = await tenant.mutate<{ delivery: { event: { eventId: string } } }>(
      'webhookTest',
      { id: one.id, eventType: 'user.created' },
      'delivery { event { eventId } }',
    );
    const tested = delivery.event.eventId;

    /** Of each feed, the deliveries that it told of as SUCCESS, by their event. */
    const seen = (feed: LiveFeed) =>
      feed.updates
        .filter(({ status }) => status === 'SUCCESS')
        .map((update) => update.delivery.event.eventId)
        .toSorted();
    const all = ['first', 'first', 'second', tested].toSorted();
    const expected: Record<string, string[]> = {
      webhook: ['first'],
      type: ['second'],
      event: ['second'],
      from: all,
      before: [],
      tests: [tested],
      both: ['first'],
      nothing: [],
    };
    await waitFor(() => seen(everything).length >= all.length);
    await waitFor(() =>
      feeds.every(([name, feed]) => seen(feed).length >= (expected[name]?.length ?? 0)),
    );
    expect(Object.fromEntries(feeds.map(([name, feed]) => [name, seen(feed)]))).toEqual(expected);
  });

  it('misses nothing over socket after socket, under load', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint();
    await tenant.endpoint(status(500), { eventTypes: ['user.updated'] });
    let after = await feedCursor(tenant);
    const triggered: string[] = [];
    let isLoading = true;
    const load = (async () => {
      for (let n = 0; n < 60; n += 1) {
        const type = n % 10 === 0 ? 'user.updated' : 'user.created';
        triggered.push(...(await Promise.all([0, 1, 2].map(() => tenant.send({ type })))));
        await pause(15);
      }
      isLoading = false;
    })();

    /** The last status that was told of each event's delivery. */
    const last = new Map<string, string>();
    const isOver = () =>
      !isLoading &&
      triggered.every((eventId) => ['SUCCESS', 'FAILED'].includes(last.get(eventId) ?? ''));
    let sockets = 0;
    // So long that only a feed that misses something reaches it.
    const until = Date.now() + 2 * PATIENCE_MS;
    while (!isOver() && Date.now() < until) {
      sockets += 1;
      const client = tenant.socket();
      const feed = followDeliveries(client, { after });
      await waitFor(() => feed.updates.length > 0 || isOver(), { timeoutMs: 1_500 }).catch(
        () => undefined,
      );
      await pause(Math.random() * 200);
      client.terminate();
      for (const update of feed.updates) {
        last.set(update.delivery.event.eventId, update.status);
        after = update.cursor;
      }
    }
    await load;
    const missing = triggered.filter(
      (eventId) => !['SUCCESS', 'FAILED'].includes(last.get(eventId) ?? ''),
    );
    expect(missing).toEqual([]);
    expect(sockets).toBeGreaterThan(3);
    const failed = triggered.filter((eventId) => last.get(eventId) === 'FAILED');
    expect(failed).toHaveLength(18);
  });

  it('picks up from a list’s feedCursor with the latest state of what changed since', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint();
    const before = await tenant.send();
    await tenant.ended(before);
    const after = await feedCursor(tenant);
    const since = await tenant.send();
    await tenant.ended(since);
    const feed = followDeliveries(tenant.socket(), { after });
    await feed.waitForStatus(since, 'SUCCESS');
    expect(statusesOf(feed, since)).toEqual(['SUCCESS']);
    const later = await tenant.send();
    await feed.waitForStatus(later, 'SUCCESS');
    expect(feed.of(before)).toEqual([]);
  });

  it('brings what happens at another process', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint();
    const second = await stage.installation.addProcess();
    const there = createApiClient(second.address, tenant.key);
    const client = there.socket();
    try {
      const [here, beyond] = [await followLive(tenant), await followLive(tenant, client)];
      const eventIds = await Promise.all([
        ...Array.from({ length: 5 }, () => tenant.send()),
        ...Array.from({ length: 5 }, async () => {
          const { event } = await platformOn(there).trigger();
          return event?.eventId ?? '';
        }),
      ]);
      for (const feed of [here, beyond]) {
        for (const eventId of eventIds) {
          await feed.waitForStatus(eventId, 'SUCCESS');
          expect(statusesOf(feed, eventId)).toEqual(['PENDING', 'SENDING', 'SUCCESS']);
        }
      }
    } finally {
      await client.dispose();
      await second.stop();
    }
  });

  it('tells a tenant of its own alone', async () => {
    const [tenant, other] = [await stage.tenant(), await stage.tenant()];
    await Promise.all([tenant.endpoint(), other.endpoint()]);
    const [feed, others] = await Promise.all([followLive(tenant), followLive(other)]);
    const known = others.updates.length;
    const eventId = await tenant.send();
    await feed.waitForStatus(eventId, 'SUCCESS');
    const own = await other.send();
    await others.waitForStatus(own, 'SUCCESS');
    const heard = new Set(
      others.updates.slice(known).map(({ delivery }) => delivery.event.eventId),
    );
    expect(heard.has(eventId)).toBe(false);
    expect(heard.has(own)).toBe(true);
  });
});
