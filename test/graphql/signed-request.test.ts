import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { briefSignature, standardSignature } from '../../server/domain/delivery/signature.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { openService, type ServiceOnDatabase, valueOf } from '../webhooks/service-on-database.ts';
import { ask, caller } from './webhook-operations.ts';

let on: ServiceOnDatabase;
beforeAll(async () => {
  on = await openService();
});
afterAll(() => on.close());

const SIGN = `query ($id: ID!) {
  deliverySignedRequest(id: $id) { url body headers { name value isSecret } } }`;
const answer = z.object({
  deliverySignedRequest: z.object({
    url: z.string(),
    body: z.string(),
    headers: z.array(
      z.object({ name: z.string(), value: z.string().nullable(), isSecret: z.boolean() }),
    ),
  }),
});

async function makeOne() {
  const { webhook, secret } = await on.create({
    url: 'http://127.0.0.1:4/hook?a=1',
    headers: [
      { name: 'x-tenant', value: 'acme' },
      { name: 'authorization', value: 'Bearer canary', isSecret: true },
    ],
  });
  const event = makeEvent(on.tenant);
  const delivery = makeDelivery(event, webhook.id, { status: 'FAILED', attemptCount: 5 });
  await insertEvents(on.pool, [event]);
  await insertDeliveries(on.pool, [delivery]);
  return { webhook, secret, event, id: encodeGlobalId('Delivery', delivery.id) };
}

describe('a delivery’s request, signed now', () => {
  it('is what a worker would send, without secrets', async () => {
    const { secret, event, id } = await makeOne();
    const before = Math.floor(Date.now() / 1_000);
    const { data } = await ask(on, caller(on.tenant), SIGN, { id });
    const { url, body, headers } = answer.parse(data).deliverySignedRequest;
    const values = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    const timestampSeconds = Number(values['webhook-timestamp']);
    expect(timestampSeconds).toBeGreaterThanOrEqual(before);
    expect(url).toBe('http://127.0.0.1:4/hook?a=1');
    expect(values).toMatchObject({
      'webhook-id': id,
      'webhook-signature': standardSignature({ secrets: [secret], id, timestampSeconds, body }),
      'X-Webhook-Signature': briefSignature(secret, body),
      'X-Webhook-Event': event.type,
      'X-Webhook-Attempt': '6',
      'x-tenant': 'acme',
      authorization: null,
    });
    expect(JSON.stringify(data)).not.toContain('canary');
    expect(JSON.stringify(data)).not.toContain(secret.slice('whsec_'.length));
  });

  it('carries the former secret’s signature for its grace period, which the webhook tells', async () => {
    const { webhook, secret, id } = await makeOne();
    const ends = `query ($id: ID!) { webhook(id: $id) { formerSecretsEndAt } }`;
    const variables = { id: encodeGlobalId('Webhook', webhook.id) };
    const endsAt = async () => (await ask(on, caller(on.tenant, 'VIEWER'), ends, variables)).data;
    expect(await endsAt()).toEqual({ webhook: { formerSecretsEndAt: null } });
    const before = Date.now();
    const rotated = valueOf(
      await on.service.rotateSecret(on.tenant, {
        webhookId: webhook.id,
        gracePeriodSeconds: 3_600,
      }),
    );
    const told = z
      .object({ webhook: z.object({ formerSecretsEndAt: z.iso.datetime() }) })
      .parse(await endsAt());
    const end = Date.parse(told.webhook.formerSecretsEndAt);
    expect(end).toBeGreaterThanOrEqual(before + 3_600_000 - 1_000);
    expect(end).toBeLessThanOrEqual(Date.now() + 3_600_000);

    const { data } = await ask(on, caller(on.tenant), SIGN, { id });
    const { body, headers } = answer.parse(data).deliverySignedRequest;
    const valueNamed = (name: string) => headers.find((each) => each.name === name)?.value ?? '';
    expect(valueNamed('webhook-signature')).toBe(
      standardSignature({
        secrets: [rotated.secret, secret],
        id,
        timestampSeconds: Number(valueNamed('webhook-timestamp')),
        body,
      }),
    );
    valueOf(
      await on.service.rotateSecret(on.tenant, { webhookId: webhook.id, gracePeriodSeconds: 0 }),
    );
    expect(await endsAt()).toEqual({ webhook: { formerSecretsEndAt: null } });
  });

  it('is for those who may retry it, and of one’s own tenant', async () => {
    const { id } = await makeOne();
    const codes = async (who: Parameters<typeof ask>[1]) =>
      (await ask(on, who, SIGN, { id })).codes;
    expect(await codes(caller(on.tenant, 'ADMIN'))).toEqual([]);
    expect(await codes(caller(on.tenant, 'VIEWER'))).toEqual(['FORBIDDEN']);
    expect(await codes(caller(on.tenant, 'PUBLISHER'))).toEqual(['FORBIDDEN']);
    expect(await codes(null)).toEqual(['UNAUTHENTICATED']);
    const none = { deliverySignedRequest: null };
    expect((await ask(on, caller(on.otherTenant), SIGN, { id })).data).toEqual(none);
    expect((await ask(on, caller(on.tenant), SIGN, { id: 'dlv_nonsense' })).data).toEqual(none);
  });

  it('is none where the webhook was deleted', async () => {
    const { webhook, id } = await makeOne();
    valueOf(await on.service.delete(on.tenant, webhook.id));
    const { data } = await ask(on, caller(on.tenant), SIGN, { id });
    expect(data).toEqual({ deliverySignedRequest: null });
  });
});
