import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSendingDetails } from '../../server/webhooks/sending-details.ts';
import { race } from './race.ts';
import {
  faultsOf,
  noneIsSealed,
  openService,
  type ServiceOnDatabase,
  valueOf,
} from './service-on-database.ts';

let on: ServiceOnDatabase;
beforeAll(async () => {
  on = await openService();
});
afterAll(() => on.close());

const rotate = async (webhookId: string, gracePeriodSeconds?: number) =>
  valueOf(await on.service.rotateSecret(on.tenant, { webhookId, gracePeriodSeconds }));

const signingWith = async (webhookId: string) => {
  const [details] = await loadSendingDetails(on.pool, on.secretKeys, [webhookId], noneIsSealed);
  return details?.secrets ?? [];
};

describe('rotating a secret', () => {
  it('makes a new one and keeps the old one signing for a day', async () => {
    const { webhook, secret } = await on.create();
    const before = Date.now();
    const rotated = await rotate(webhook.id);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.webhook).toMatchObject({
      secretHint: rotated.secret.slice(0, 10),
      revision: 2,
    });
    const [current, former, ...more] = await signingWith(webhook.id);
    expect(current).toEqual({ secret: rotated.secret, expiresAt: null });
    expect(former?.secret).toBe(secret);
    const lasts = (former?.expiresAt?.getTime() ?? 0) - before;
    expect(Math.abs(lasts - 86_400_000)).toBeLessThan(10_000);
    expect(more).toEqual([]);
  });

  it('keeps three former secrets at most, the newest first', async () => {
    const { webhook, secret: first } = await on.create();
    const secrets = [first];
    for (let n = 0; n < 4; n += 1) secrets.unshift((await rotate(webhook.id, 3_600)).secret);
    const signing = (await signingWith(webhook.id)).map(({ secret }) => secret);
    expect(signing).toEqual(secrets.slice(0, 4));
  });

  it('stops all former ones where there is no grace', async () => {
    const { webhook } = await on.create();
    await rotate(webhook.id, 3_600);
    const third = await rotate(webhook.id, 0);
    expect((await signingWith(webhook.id)).map(({ secret }) => secret)).toEqual([third.secret]);
  });

  it('no longer reads as on once it is deleted', async () => {
    const { webhook } = await on.create();
    valueOf(await on.service.delete(on.tenant, webhook.id));
    const row = await on.prisma.webhook.findUniqueOrThrow({ where: { id: webhook.id } });
    expect(row).toMatchObject({ isActive: false, disabledAt: row.deletedAt });
  });

  it('stops the old one at once where there is no grace, and forgets what has ended', async () => {
    const { webhook } = await on.create();
    const second = await rotate(webhook.id, 0);
    expect((await signingWith(webhook.id)).map(({ secret }) => secret)).toEqual([second.secret]);

    await rotate(webhook.id, 3_600);
    const ended = await on.prisma.webhook.findUniqueOrThrow({ where: { id: webhook.id } });
    const previousSecrets = JSON.stringify(ended.previousSecrets).replace(
      /"expiresAt":"[^"]+"/,
      '"expiresAt":"2020-01-01T00:00:00.000Z"',
    );
    await on.pool.query('UPDATE "Webhook" SET "previousSecrets" = $2 WHERE id = $1', [
      webhook.id,
      previousSecrets,
    ]);
    valueOf(await on.service.update(on.tenant, { webhookId: webhook.id, name: 'Renamed' }));
    expect(await signingWith(webhook.id)).toHaveLength(1);
  });

  it.each([-1, 604_801, 0.5])('refuses a grace period of %d s', async (gracePeriodSeconds) => {
    const { webhook } = await on.create();
    const input = { webhookId: webhook.id, gracePeriodSeconds };
    expect(faultsOf(await on.service.rotateSecret(on.tenant, input))).toEqual([
      'input.gracePeriodSeconds INVALID',
    ]);
  });

  it('loses none of several at the same time', async () => {
    const { webhook, secret: first } = await on.create();
    const one = () => rotate(webhook.id);
    const rotated = await race(on.pool, webhook.id, [one, one, one]);
    const signing = (await signingWith(webhook.id)).map(({ secret }) => secret);
    expect(new Set(signing)).toEqual(new Set([first, ...rotated.map(({ secret }) => secret)]));
    expect(signing.at(-1)).toBe(first);
  });

  it('finds no webhook of another tenant', async () => {
    const { webhook } = await on.create();
    const outcome = await on.service.rotateSecret(on.otherTenant, { webhookId: webhook.id });
    expect(faultsOf(outcome)).toEqual(['input.id NOT_FOUND']);
    expect(await signingWith(webhook.id)).toHaveLength(1);
  });
});
