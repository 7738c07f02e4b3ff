import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { readVersion } from '../../server/version.ts';
import { VARIANTS } from '../support/installation/installation.ts';
import { failTimes, type ReceivedRequest } from '../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';

/** Header values by name: what a verifying library takes. */
function signedHeaders({ headers }: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      String(headers[name]),
    ]),
  );
}

/** Whether a Standard Webhooks library accepts the request under this secret. */
function verifies(request: ReceivedRequest, secret: string): boolean {
  try {
    new StandardWebhook(secret).verify(request.body, signedHeaders(request));
    return true;
  } catch {
    return false;
  }
}

const briefSignature = ({ body }: ReceivedRequest, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function only(requests: readonly ReceivedRequest[]): ReceivedRequest {
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0) throw new Error(`${requests.length} requests`);
  return request;
}

const rotate = async (tenant: StageTenant, id: string, gracePeriodSeconds: number) => {
  const { secret } = await tenant.mutate<{ secret: string | null }>(
    'webhookSecretRotate',
    { id, gracePeriodSeconds },
    'secret',
  );
  return secret ?? '';
};

/** As if the hour of the grace period had passed. */
const endGracePeriods = (pool: Pool, tenantId: string) =>
  pool.query(
    `UPDATE "Webhook" SET revision = revision + 1, "previousSecrets" = (
       SELECT jsonb_agg(jsonb_set(former, '{expiresAt}', '"2020-01-01T00:00:00.000Z"'))
       FROM jsonb_array_elements("previousSecrets") AS former)
     WHERE "tenantId" = $1`,
    [tenantId],
  );

describe.each(VARIANTS)('the request, with $name', (variant) => {
  const stage = useStage(variant);

  it('is the event in canonical JSON, signed both ways', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    const payload = { z: 1e-5, é: ['😀', null, true], a: { y: 0.1, x: 1e21 } };
    const eventId = await tenant.send({ payload, eventId: 'order ü' });
    const [delivery] = await tenant.ended(eventId);
    const request = only(endpoint.requests());

    const body = request.body.toString();
    const { timestamp } = JSON.parse(body) as { timestamp: string };
    expect(body).toBe(
      '{"data":{"a":{"x":1e+21,"y":0.1},"z":1e-05,"\\u00e9":["\\ud83d\\ude00",null,true]},' +
        `"event_id":"order \\u00fc","event_type":"user.created","timestamp":"${timestamp}","type":"user.created"}`,
    );
    expect(timestamp).toBe(delivery?.createdAt);
    expect(delivery?.requestBody).toBe(body);

    expect(request.headers['x-webhook-signature']).toBe(briefSignature(request, endpoint.secret));
    expect(verifies(request, endpoint.secret)).toBe(true);
    expect(new SvixWebhook(endpoint.secret).verify(body, signedHeaders(request))).toMatchObject({
      event_id: 'order ü',
    });
  });

  it('carries the headers of the brief, of Standard Webhooks, and the webhook’s own', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint(failTimes(1), {
      headers: [
        { name: 'X-Plain', value: 'seen' },
        { name: 'Authorization', value: 'Bearer hidden-value', isSecret: true },
      ],
    });
    const [delivery] = await tenant.ended(await tenant.send());
    const requests = endpoint.requests();
    expect(requests).toHaveLength(2);
    for (const [index, { method, headers, rawHeaders, body }] of requests.entries()) {
      expect(method).toBe('POST');
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': `NEXUS-Webhooks/${readVersion()}`,
        'webhook-id': delivery?.id,
        'x-webhook-event': 'user.created',
        'x-webhook-delivery': delivery?.id,
        'x-webhook-attempt': String(index + 1),
        'x-plain': 'seen',
        authorization: 'Bearer hidden-value',
      });
      const attempt = delivery?.attempts[index];
      const sentAt = Number(headers['webhook-timestamp']) * 1_000;
      const startedAt = Date.parse(attempt?.startedAt ?? '');
      expect(Math.abs(sentAt - startedAt)).toBeLessThanOrEqual(1_100);

      const onRecord = attempt?.requestHeaders ?? [];
      // Each that went out, in the order and case of the wire.
      expect(onRecord.flatMap(({ name, value }) => [name, value ?? 'Bearer hidden-value'])).toEqual(
        rawHeaders,
      );
      expect(headers).toMatchObject({ accept: '*/*', 'content-length': String(body.length) });
      expect(onRecord).toContainEqual({ name: 'X-Plain', value: 'seen', isSecret: false });
      expect(onRecord).toContainEqual({ name: 'Authorization', value: null, isSecret: true });
      expect(onRecord.find(({ name }) => name === 'webhook-signature')?.value).toBe(
        headers['webhook-signature'],
      );
    }
    expect(requests[0]?.body.equals(requests[1]?.body ?? Buffer.of())).toBe(true);
    expect(JSON.stringify(delivery)).not.toContain('hidden-value');
    const { rows } = await stage.installation.database.pool.query<{ kept: string }>(
      'SELECT w::text || coalesce(string_agg(a::text, $1), $1) AS kept FROM "Webhook" w, "DeliveryAttempt" a WHERE w."tenantId" = $2 AND a."tenantId" = $2 GROUP BY w.*',
      ['', tenant.tenantId],
    );
    expect(rows[0]?.kept).toContain('X-Plain');
    expect(rows[0]?.kept).not.toContain('hidden-value');
  });

  it('goes out with what the webhook has become since the last one', async () => {
    const tenant = await stage.tenant();
    const before = await tenant.endpoint();
    await tenant.ended(await tenant.send());
    const moved = stage.receiver.url(`${before.path}-moved`);
    const headers = [{ name: 'X-New', value: 'yes' }];
    await tenant.mutate('webhookUpdate', { id: before.id, url: moved, headers }, 'webhook { id }');
    await tenant.ended(await tenant.send());
    expect(before.requests()).toHaveLength(1);
    expect(only(stage.receiver.requests(`${before.path}-moved`)).headers['x-new']).toBe('yes');
  });

  it('is signed by both secrets during a grace period, then by the new one alone', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    const { secret: old } = endpoint;
    await tenant.ended(await tenant.send());
    const renewed = await rotate(tenant, endpoint.id, 3_600);
    await tenant.ended(await tenant.send());

    const [, during] = endpoint.requests();
    if (during === undefined) throw new Error('nothing was sent');
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect([verifies(during, old), verifies(during, renewed)]).toEqual([true, true]);
    expect(during.headers['x-webhook-signature']).toBe(briefSignature(during, renewed));

    await endGracePeriods(stage.installation.database.pool, tenant.tenantId);
    await tenant.ended(await tenant.send());
    const after = endpoint.requests()[2];
    if (after === undefined) throw new Error('nothing was sent');
    expect(String(after.headers['webhook-signature']).split(' ')).toHaveLength(1);
    expect([verifies(after, old), verifies(after, renewed)]).toEqual([false, true]);
    expect(after.headers['x-webhook-signature']).toBe(briefSignature(after, renewed));
  });
});
