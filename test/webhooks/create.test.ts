import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSendingDetails } from '../../server/webhooks/sending-details.ts';
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

const url = 'http://127.0.0.1:4/orders';

describe('a new webhook', () => {
  it('has what was asked for, and defaults for what was not', async () => {
    const { webhook, secret } = await on.create();
    expect(webhook).toMatchObject({
      tenantId: on.tenant,
      name: 'Orders',
      description: null,
      url,
      isActive: true,
      disabledAt: null,
      disabledReason: null,
      timeout: null,
      headers: [],
      previousSecrets: [],
      revision: 1,
      deletedAt: null,
    });
    expect(secret).toMatch(/^whsec_/);
    expect(secret.startsWith(webhook.secretHint)).toBe(true);
  });

  it('subscribes to each type once, however often it was named', async () => {
    const { webhook } = await on.create({
      eventTypes: ['user.created', 'order.created', 'user.created'],
    });
    const rows = await on.prisma.eventSubscription.findMany({ where: { webhookId: webhook.id } });
    expect(rows.map((row) => row.eventType).sort()).toEqual(['order.created', 'user.created']);
    expect(new Set(rows.map((row) => row.tenantId))).toEqual(new Set([on.tenant]));
  });

  it('may be made switched off', async () => {
    const { webhook } = await on.create({ isActive: false });
    expect(webhook).toMatchObject({ isActive: false, disabledReason: 'MANUAL' });
    expect(webhook.disabledAt).toBeInstanceOf(Date);
  });

  it('keeps its secret and its secret headers sealed, and opens them for sending', async () => {
    const { webhook, secret } = await on.create({
      timeout: 7,
      headers: [
        { name: 'X-Plain', value: 'open' },
        { name: 'Authorization', value: 'Bearer hush-hush', isSecret: true },
      ],
    });
    const { rows } = await on.pool.query('SELECT w::text FROM "Webhook" w WHERE id = $1', [
      webhook.id,
    ]);
    const stored = JSON.stringify(rows);
    expect(stored).toContain('open');
    for (const hidden of ['hush-hush', Buffer.from('hush-hush').toString('base64'), secret]) {
      expect(stored).not.toContain(hidden);
    }
    expect(await loadSendingDetails(on.pool, on.secretKeys, [webhook.id], noneIsSealed)).toEqual([
      {
        webhookId: webhook.id,
        revision: 1,
        url,
        timeoutSeconds: 7,
        retryDelays: null,
        headers: [
          { name: 'X-Plain', value: 'open', isSecret: false },
          { name: 'Authorization', value: 'Bearer hush-hush', isSecret: true },
        ],
        secrets: [{ secret, expiresAt: null }],
      },
    ]);
  });

  it('is not made where anything is at fault, and every fault is told', async () => {
    const before = await on.prisma.webhook.count();
    const outcome = await on.service.create(on.tenant, {
      name: ' ',
      url: 'ftp://example.com',
      description: 'a'.repeat(2_001),
      eventTypes: ['user.created', 'user.creatd', 'nothing.like.it'],
      timeout: 121,
      headers: [
        { name: 'X-Good', value: 'yes' },
        { name: 'Host', value: 'elsewhere' },
        { name: 'X-Split', value: 'a\r\nb' },
        { name: 'X-Empty' },
      ],
    });
    expect(faultsOf(outcome)).toEqual([
      'input.name INVALID',
      'input.url INVALID',
      'input.description TOO_LARGE',
      'input.eventTypes.1 UNKNOWN_EVENT_TYPE',
      'input.eventTypes.2 UNKNOWN_EVENT_TYPE',
      'input.timeout INVALID',
      'input.headers.3.value INVALID',
      'input.headers.1.name INVALID',
      'input.headers.2.value INVALID',
    ]);
    expect(await on.prisma.webhook.count()).toBe(before);
  });

  it('is told the event type that was meant', async () => {
    const outcome = await on.service.create(on.tenant, {
      name: 'Orders',
      url,
      eventTypes: ['Order.Create', 'x'.repeat(100_000)],
    });
    const [slip, noise] = outcome.faults ?? [];
    expect(slip?.message).toContain('did you mean order.created?');
    expect(noise?.message).toMatch(/^There is no event type "x{60}…"; the query eventTypes lists/);
  });
});

describe('text that could not be kept as it is', () => {
  const input = { name: 'Orders', url };
  it.each([
    ['NUL in a name', { ...input, name: 'a\0b' }, 'input.name INVALID'],
    ['half a surrogate pair in a name', { ...input, name: 'a\ud800' }, 'input.name INVALID'],
    ['NUL in a description', { ...input, description: '\0' }, 'input.description INVALID'],
    [
      'half a pair in a description',
      { ...input, description: '\udc00' },
      'input.description INVALID',
    ],
    ['NUL in a URL', { ...input, url: 'http://127.0.0.1/\0' }, 'input.url INVALID'],
    [
      'NUL in an event type',
      { ...input, eventTypes: ['a\0'] },
      'input.eventTypes.0 UNKNOWN_EVENT_TYPE',
    ],
    [
      'NUL in a header',
      { ...input, headers: [{ name: 'X', value: '\0' }] },
      'input.headers.0.value INVALID',
    ],
  ])('is refused: %s', async (_what, bad, fault) => {
    expect(faultsOf(await on.service.create(on.tenant, bad))).toEqual([fault]);
  });

  it('is no whole astral character', async () => {
    const name = '😀'.repeat(200);
    const { webhook } = await on.create({ name });
    expect(webhook.name).toBe(name);
  });
});

describe('limits', () => {
  const header = (index: number) => ({ name: `X-${index}`, value: 'v' });
  it.each([
    ['a name', { name: 'n'.repeat(201) }, 'input.name TOO_LARGE'],
    ['a URL', { url: `http://127.0.0.1/${'u'.repeat(2_048)}` }, 'input.url TOO_LARGE'],
    [
      'headers',
      { headers: Array.from({ length: 21 }, (_, n) => header(n)) },
      'input.headers TOO_LARGE',
    ],
    [
      'a header',
      { headers: [{ name: 'X', value: 'v'.repeat(4_096) }] },
      'input.headers.0.value TOO_LARGE',
    ],
    [
      'event types',
      { eventTypes: Array<string>(1_001).fill('user.created') },
      'input.eventTypes TOO_LARGE',
    ],
    ['a timeout of nothing', { timeout: 0 }, 'input.timeout INVALID'],
  ])('are told: %s', async (_what, bad, fault) => {
    const outcome = await on.service.create(on.tenant, { name: 'Orders', url, ...bad });
    expect(faultsOf(outcome)).toEqual([fault]);
  });

  it('are reached without fault', async () => {
    const { webhook } = await on.create({
      name: 'n'.repeat(200),
      description: 'd'.repeat(2_000),
      timeout: 120,
      headers: Array.from({ length: 20 }, (_, n) => header(n)),
    });
    expect(webhook.headers).toHaveLength(20);
  });
});

describe('where a URL leads', () => {
  it.each([
    ['http://10.0.0.1/', 'input.url URL_NOT_ALLOWED'],
    ['http://[::ffff:169.254.169.254]/', 'input.url URL_NOT_ALLOWED'],
    ['http://inside.test/', 'input.url URL_NOT_ALLOWED'],
  ])('is looked at: %s', async (bad, fault) => {
    const outcome = await on.service.create(on.tenant, { name: 'Orders', url: bad });
    expect(faultsOf(outcome)).toEqual([fault]);
  });

  it('is let through where it is public, or cannot be told now', async () => {
    for (const good of ['http://outside.test/a', 'http://later.test/b']) {
      expect((await on.create({ url: good })).webhook.url).toBe(good);
    }
  });

  it('must be https where the installation says so', async () => {
    const strict = await openService({ httpsOnly: true });
    try {
      const outcome = await strict.service.create(strict.tenant, { name: 'Orders', url });
      expect(outcome.faults).toEqual([
        { field: ['input', 'url'], message: expect.stringContaining('https://'), code: 'INVALID' },
      ]);
      valueOf(
        await strict.service.create(strict.tenant, {
          name: 'Orders',
          url: 'https://outside.test/',
        }),
      );
    } finally {
      await strict.close();
    }
  });
});
