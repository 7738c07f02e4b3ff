import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  composeHeaders,
  prepareHeaders,
  type DeliveryRequest,
} from '../../server/domain/delivery/delivery-request.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { generateSecret, prepareSecret } from '../../server/domain/delivery/signature.ts';

const DELIVERY = '01890a5d-ac96-774b-bcce-b302099a8057';
const [current, previous] = [generateSecret(), generateSecret()];

const compose = (change: Partial<DeliveryRequest> = {}) =>
  composeHeaders({
    deliveryId: DELIVERY,
    eventType: 'user.created',
    body: '{"data":1}',
    attempt: 3,
    at: new Date('2026-11-23T12:00:00.999Z'),
    keys: [prepareSecret(current)],
    ownHeaders: prepareHeaders([]),
    userAgent: 'Product/1.2.3',
    ...change,
  });

const pairs = (fields: string[]) =>
  fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]] as const] : []));
const valueOf = (fields: string[], name: string) => new Map(pairs(fields)).get(name);

const standard = (secret: string, timestamp: string) => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${encodeGlobalId('Delivery', DELIVERY)}.${timestamp}.{"data":1}`;
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
};

describe('the headers of an attempt', () => {
  it('are the brief’s and those of Standard Webhooks', () => {
    const id = encodeGlobalId('Delivery', DELIVERY);
    const timestamp = String(Date.UTC(2026, 10, 23, 12) / 1_000);
    const brief = createHmac('sha256', current).update('{"data":1}').digest('hex');
    expect(Object.fromEntries(pairs(compose()))).toEqual({
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'Product/1.2.3',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': standard(current, timestamp),
      'X-Webhook-Signature': `sha256=${brief}`,
      'X-Webhook-Event': 'user.created',
      'X-Webhook-Delivery': id,
      'X-Webhook-Attempt': '3',
    });
  });

  it('are signed with every secret, X-Webhook-Signature with the current one', () => {
    const headers = compose({ keys: [prepareSecret(current), prepareSecret(previous)] });
    const timestamp = valueOf(headers, 'webhook-timestamp') ?? '';
    expect(valueOf(headers, 'webhook-signature')).toBe(
      `${standard(current, timestamp)} ${standard(previous, timestamp)}`,
    );
    expect(valueOf(headers, 'X-Webhook-Signature')).toBe(valueOf(compose(), 'X-Webhook-Signature'));
  });

  it('take any answer, unless the webhook says what it takes', () => {
    const own = { name: 'Accept', value: 'text/plain', isSecret: false };
    const headers = pairs(compose({ ownHeaders: prepareHeaders([own]) }));
    expect(headers.filter(([name]) => /^accept$/i.test(name))).toEqual([['Accept', 'text/plain']]);
  });

  it('have the webhook’s own after them as they were given, secret ones marked', () => {
    const own = prepareHeaders([
      { name: '7', value: 'a', isSecret: false },
      { name: 'Authorization', value: 'b', isSecret: true },
    ]);
    expect(compose({ ownHeaders: own }).slice(-4)).toEqual(['7', 'a', 'Authorization', 'b']);
    expect(own.secretNames).toEqual(new Set(['Authorization']));
  });
});
