import { describe, expect, it } from 'vitest';
import { createCursors } from '../../server/feed/log/sealed-cursor.ts';
import { VARIANTS, type Installation } from '../support/installation/installation.ts';
import { followDeliveries } from '../support/feed/live-feed.ts';
import { insertKey, useStage } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

const HOUR_MS = 3_600_000;

describe.each(VARIANTS)('who may follow, and from where, with $name', (variant) => {
  const stage = useStage(variant);

  const follow = (
    installation: Installation,
    key: string,
    variables?: { filter?: Record<string, unknown>; after?: string },
  ) => {
    const client = installation.socket({ key });
    const closes: number[] = [];
    client.on('closed', (event) => {
      if (typeof event === 'object' && event !== null && 'code' in event) {
        closes.push(Number(event.code));
      }
    });
    return { closes, feed: followDeliveries(client, variables) };
  };

  it('a VIEWER may, a PUBLISHER may not', async () => {
    const { installation } = stage;
    const tenant = await stage.tenant();
    await tenant.endpoint();
    const viewer = follow(installation, await insertKey(installation, tenant.tenantId, 'VIEWER'), {
      after: await cursorOf(),
    });
    const publisher = follow(
      installation,
      await insertKey(installation, tenant.tenantId, 'PUBLISHER'),
    );
    const eventId = await tenant.send();
    await viewer.feed.waitForStatus(eventId, 'SUCCESS');
    await waitFor(() => publisher.feed.ended);
    expect(JSON.stringify(publisher.feed.ended)).toContain('FORBIDDEN');
    expect(publisher.feed.updates).toEqual([]);

    async function cursorOf(): Promise<string> {
      const { deliveries } = await tenant.ask<{ deliveries: { feedCursor: string } }>(
        '{ deliveries { feedCursor } }',
      );
      return deliveries.feedCursor;
    }
  });

  it('a key that is revoked loses its sockets, and only it', async () => {
    const { installation } = stage;
    const tenant = await stage.tenant();
    const made = await tenant.mutate<{ apiKey: { id: string }; key: string }>(
      'apiKeyCreate',
      { name: 'short-lived', role: 'OPERATOR' },
      'apiKey { id } key',
    );
    const [revoked, kept] = [follow(installation, made.key), follow(installation, tenant.key)];
    const idle = installation.socket({ key: made.key });
    const ofIdle: unknown[] = [];
    idle.on('closed', (event) => ofIdle.push(event));
    for await (const _ of idle.iterate({ query: '{ viewer { apiKey { id } } }' })) break;

    await tenant.mutate('apiKeyRevoke', { id: made.apiKey.id }, 'apiKey { id }');
    await waitFor(() => revoked.closes.length > 0);
    expect(revoked.closes).toEqual([4403]);
    expect(kept.closes).toEqual([]);
    expect(kept.feed.ended).toBeNull();
  });

  it('a cursor of more than 24 hours has expired; what is none is told', async () => {
    const { installation } = stage;
    const tenant = await stage.tenant();
    const { deliveries } = await tenant.ask<{ deliveries: { feedCursor: string } }>(
      '{ deliveries { feedCursor } }',
    );
    const cursors = createCursors(installation.secretKeys);
    const position = cursors.open(deliveries.feedCursor);
    const aged = (hours: number) =>
      cursors.seal({ ...position, takenAt: position.takenAt - hours * HOUR_MS });
    const endsWith = async (variables: { after?: string; filter?: Record<string, unknown> }) => {
      const { feed } = follow(installation, tenant.key, variables);
      await waitFor(() => feed.ended);
      return JSON.stringify(feed.ended);
    };
    expect(await endsWith({ after: aged(24.1) })).toContain('CURSOR_EXPIRED');
    expect(await endsWith({ after: 'nonsense' })).toContain('BAD_USER_INPUT');
    expect(await endsWith({ filter: { webhookIds: ['nonsense'] } })).toContain('BAD_USER_INPUT');

    await tenant.endpoint();
    const { feed } = follow(installation, tenant.key, { after: aged(23.9) });
    await feed.waitForStatus(await tenant.send(), 'SUCCESS');
  });
});
