import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { openSocket } from '../http/raw-socket.ts';
import { listDeliveries } from '../support/feed/delivery-list.ts';
import { VARIANTS } from '../support/installation/installation.ts';
import type { UserErrors } from '../support/installation/platform.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

interface BatchAnswer extends UserErrors {
  results: { event: { eventId: string }; webhooksNotified: number; isDuplicate: boolean }[];
}

interface EventInput {
  type: string;
  payload: unknown;
  eventId?: string;
}

const RESULTS = 'results { event { eventId } webhooksNotified isDuplicate }';
const batch = (tenant: StageTenant, events: readonly EventInput[]) =>
  tenant.mutate<BatchAnswer>('eventTriggerBatch', { events }, RESULTS);

const created = (eventId: string, payload: unknown = {}) => ({
  type: 'user.created',
  payload,
  eventId,
});

async function countEvents({ ask }: StageTenant): Promise<number> {
  const { events } = await ask<{ events: { nodes: unknown[] } }>(
    '{ events(first: 100) { nodes { id } } }',
  );
  return events.nodes.length;
}

describe.each(VARIANTS)('triggering, with $name', (variant) => {
  const stage = useStage(variant);

  it('goes to every active webhook subscribed to the type, and to no other', async () => {
    const tenant = await stage.tenant();
    const [first, second, inactive, otherType, deleted] = await Promise.all([
      tenant.endpoint(),
      tenant.endpoint(undefined, { eventTypes: ['user.created', 'user.deleted'] }),
      tenant.endpoint(undefined, { isActive: false }),
      tenant.endpoint(undefined, { eventTypes: ['user.deleted'] }),
      tenant.endpoint(),
    ]);
    const others = await (await stage.tenant()).endpoint();
    await tenant.mutate('webhookDelete', { id: deleted.id }, 'deletedWebhookId');

    const { event, webhooksNotified } = await tenant.trigger();
    expect(webhooksNotified).toBe(2);
    const deliveries = await tenant.ended(event?.eventId ?? '', 2);
    expect(deliveries.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
    const all = await listDeliveries(tenant);
    expect(new Set(all.map(({ webhook }) => webhook.id))).toEqual(new Set([first.id, second.id]));
    for (const endpoint of [first, second]) expect(endpoint.requests()).toHaveLength(1);
    for (const endpoint of [inactive, otherType, deleted, others]) {
      expect(endpoint.requests()).toHaveLength(0);
    }
  });

  it('keeps an event that no webhook wants', async () => {
    const tenant = await stage.tenant();
    const answer = await tenant.trigger({ eventId: 'unwanted' });
    expect(answer).toMatchObject({ webhooksNotified: 0, isDuplicate: false, userErrors: [] });
    expect(await tenant.deliveriesOf('unwanted')).toEqual([]);
    expect(await countEvents(tenant)).toBe(1);
  });

  it('makes one event and one delivery a webhook of a hundred triggers at once', async () => {
    const tenant = await stage.tenant();
    const endpoints = await Promise.all([tenant.endpoint(), tenant.endpoint()]);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tenant.trigger({ eventId: 'once' })),
    );
    expect(answers.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ event }) => event?.id)).size).toBe(1);
    for (const { webhooksNotified } of answers) expect(webhooksNotified).toBe(2);
    await tenant.ended('once', 2);
    for (const endpoint of endpoints) expect(endpoint.requests()).toHaveLength(1);
    expect(await countEvents(tenant)).toBe(1);
  });

  it('takes each tenant for itself: the same eventId at another is another event', async () => {
    const [one, two] = [await stage.tenant(), await stage.tenant()];
    expect((await one.trigger({ eventId: 'shared', payload: 1 })).isDuplicate).toBe(false);
    expect((await two.trigger({ eventId: 'shared', payload: 2 })).isDuplicate).toBe(false);
  });

  it('refuses an eventId that stands for another payload or type', async () => {
    const tenant = await stage.tenant();
    await tenant.trigger(created('taken', { a: 1, b: [1, 'x'] }));
    for (const other of [
      created('taken', { a: 2, b: [1, 'x'] }),
      { ...created('taken', { a: 1, b: [1, 'x'] }), type: 'user.updated' },
    ]) {
      const answer = await tenant.trigger(other);
      expect(answer).toMatchObject({
        event: null,
        webhooksNotified: 0,
        isDuplicate: false,
        userErrors: [{ field: ['input', 'eventId'], code: 'CONFLICT' }],
      });
    }
    // The order of keys is no part of a payload.
    expect(await tenant.trigger(created('taken', { b: [1, 'x'], a: 1 }))).toMatchObject({
      isDuplicate: true,
      userErrors: [],
    });
  });

  it('answers a batch in its order, duplicates inside it among them', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    await tenant.trigger(created('before'));
    const answer = await batch(tenant, [
      created('z'),
      created('before'),
      created('a', { n: 1 }),
      created('z'),
      { type: 'user.deleted', payload: 0, eventId: 'm' },
      created('a', { n: 1 }),
    ]);
    expect(answer.userErrors).toEqual([]);
    expect(answer.results.map((r) => [r.event.eventId, r.webhooksNotified, r.isDuplicate])).toEqual(
      [
        ['z', 1, false],
        ['before', 1, true],
        ['a', 1, false],
        ['z', 1, true],
        ['m', 0, false],
        ['a', 1, true],
      ],
    );
    for (const eventId of ['before', 'z', 'a']) await tenant.ended(eventId);
    expect(endpoint.requests()).toHaveLength(3);
  });

  it('takes all of a batch or none', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    await tenant.trigger(created('taken', 1));

    const bad = await batch(tenant, [
      created('new-1'),
      { type: 'user.exploded', payload: {}, eventId: '' },
      created('new-2'),
    ]);
    expect(bad.results).toEqual([]);
    expect(bad.userErrors).toMatchObject([
      { field: ['input', 'events', '1', 'type'], code: 'UNKNOWN_EVENT_TYPE' },
      { field: ['input', 'events', '1', 'eventId'], code: 'INVALID' },
    ]);

    const conflicting = await batch(tenant, [
      created('new-1'),
      created('new-2'),
      created('taken', 2),
      created('new-2', 'other'),
    ]);
    expect(conflicting.results).toEqual([]);
    expect(conflicting.userErrors).toMatchObject([
      { field: ['input', 'events', '2', 'eventId'], code: 'CONFLICT' },
      { field: ['input', 'events', '3', 'eventId'], code: 'CONFLICT' },
    ]);

    expect(await countEvents(tenant)).toBe(1);
    await tenant.ended('taken');
    // What had wrongly been made would go out before this.
    await tenant.ended(await tenant.send());
    expect(endpoint.requests()).toHaveLength(2);
  });

  it('brings batches over the same ids, in any order, to an end at once', async () => {
    const tenant = await stage.tenant();
    const ids = Array.from({ length: 40 }, (_, n) => `crossing-${n}`);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        batch(
          tenant,
          (turn % 2 === 0 ? ids : ids.toReversed()).map((id) => created(id)),
        ),
      ),
    );
    const results = answers.flatMap(({ results }) => results);
    expect(results).toHaveLength(8 * 40);
    expect(results.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(40);
  });
});

describe('what a trigger takes', () => {
  const stage = useStage({ name: 'PostgreSQL alone', redis: false });

  it('is at most 1,000 events in a batch', async () => {
    const tenant = await stage.tenant();
    const many = Array.from({ length: 1_001 }, (_, n) => created(`e-${n}`));
    const refused = await batch(tenant, many);
    expect(refused.userErrors).toMatchObject([{ field: ['input', 'events'], code: 'TOO_LARGE' }]);
    expect(await countEvents(tenant)).toBe(0);
    const { results } = await batch(tenant, many.slice(1));
    expect(results).toHaveLength(1_000);
    expect(await batch(tenant, [])).toEqual({ results: [], userErrors: [] });
  });

  it('is at most 256 KiB of payload as it is sent', async () => {
    const tenant = await stage.tenant();
    const fits = 'x'.repeat(262_144 - 2);
    expect((await tenant.trigger({ payload: fits })).userErrors).toEqual([]);
    // An é is sent as six bytes.
    for (const payload of [`${fits}x`, 'é'.repeat(43_691)]) {
      const { event, userErrors } = await tenant.trigger({ payload });
      expect(event).toBeNull();
      expect(userErrors).toMatchObject([{ field: ['input', 'payload'], code: 'TOO_LARGE' }]);
    }
  });

  it.each([
    { name: 'none', eventId: '', isTaken: false },
    { name: '256', eventId: 'x'.repeat(256), isTaken: true },
    { name: '257', eventId: 'x'.repeat(257), isTaken: false },
    { name: 'NUL', eventId: '\0', isTaken: false },
    { name: 'half a pair', eventId: '\ud800', isTaken: false },
    { name: 'any text', eventId: '😀 ~ ü', isTaken: true },
  ])('is an eventId of 1 to 256 characters of text ($name)', async ({ eventId, isTaken }) => {
    const tenant = await stage.tenant();
    const { event, userErrors } = await tenant.trigger({ eventId });
    if (isTaken) expect(event?.eventId).toBe(eventId);
    else expect(userErrors).toMatchObject([{ field: ['input', 'eventId'], code: 'INVALID' }]);
  });

  it('is a type of the catalogue', async () => {
    const tenant = await stage.tenant();
    const { event, userErrors } = await tenant.trigger({ type: 'user.exploded' });
    expect(event).toBeNull();
    expect(userErrors).toMatchObject([{ field: ['input', 'type'], code: 'UNKNOWN_EVENT_TYPE' }]);
  });

  it('keeps numbers as they were written, to the receiver and back over the API', async () => {
    const { installation } = stage;
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    // JSON.stringify and JSON.parse would change both texts.
    const ask = async (query: string, variables: string) => {
      const response = await fetch(`${installation.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant.key}` },
        body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      });
      return response.text();
    };
    const written =
      '{ "id": 1234567890123456789, "big": 9223372036854775808, "js": 9223372036854776000, "one": 1.0, "price": 1.10, "exp": 1e2, "text": "1.0 \\" 1e2" }';
    const kept =
      '{"big":9223372036854775808,"exp":100.0,"id":1234567890123456789,"js":9223372036854776000,"one":1.0,"price":1.1,"text":"1.0 \\" 1e2"}';
    const payloads = [
      [written, kept],
      [`[${written}]`, `[${kept}]`],
      ['1.0', '1.0'],
      ['9007199254740993', '9007199254740993'],
    ] as const;
    for (const [index, [payload, canonical]] of payloads.entries()) {
      const answer = await ask(
        'mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) { event { payload } userErrors { message } } }',
        `{"input":{"type":"user.created","payload":${payload}}}`,
      );
      expect(answer).toBe(
        `{"data":{"eventTrigger":{"event":{"payload":${canonical}},"userErrors":[]}}}`,
      );
      const { body, headers } = await waitFor(() => endpoint.requests()[index]);
      expect(body.toString().startsWith(`{"data":${canonical},`)).toBe(true);
      const signature = createHmac('sha256', endpoint.secret).update(body).digest('hex');
      expect(headers['x-webhook-signature']).toBe(`sha256=${signature}`);
    }
    const literal = await ask(
      'mutation { eventTrigger(input: { type: "user.created", payload: { a: 1.0, b: [1e2, 9007199254740993] } }) { event { payload } } }',
      '{}',
    );
    expect(literal).toBe(
      '{"data":{"eventTrigger":{"event":{"payload":{"a":1.0,"b":[100.0,9007199254740993]}}}}}',
    );

    const socket = await openSocket(installation.address, { apiKey: tenant.key });
    const arrived = new Promise<string>((resolve) => {
      socket.onText((text) => {
        if (text.includes('"next"')) resolve(text);
      });
    });
    socket.send(
      `{"id":"1","type":"subscribe","payload":{"query":"mutation ($p: JSON!) { eventTrigger(input: { type: \\"user.created\\", payload: $p }) { event { payload } } }","variables":{"p":${written}}}}`,
    );
    expect(await arrived).toContain(`"event":{"payload":${kept}}`);
    socket.close();
  });
});
