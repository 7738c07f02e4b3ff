import { connect } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { insertSubscription, insertWebhook } from '../support/database/delivery-factory.ts';
import { makeDeliveries } from '../support/database/delivery-rows.ts';
import { waitFor } from '../support/wait.ts';
import { serveApi, type ServedApi } from './served-api.ts';

interface ServerEvent {
  id: string | null;
  event: string;
  data: string;
}

let api: ServedApi;
const open = new Set<AbortController>();

beforeAll(async () => {
  api = await serveApi();
  const { pool } = api.services;
  await insertSubscription(pool, await insertWebhook(pool, api.tenantId));
});
afterEach(() => {
  for (const leaving of open) leaving.abort();
  open.clear();
});
afterAll(() => api.close());

/** Asks for a stream of events, and keeps what comes. */
async function stream(
  query: string,
  { key = api.keys.VIEWER, headers = {}, address = api.address, method = 'GET' } = {},
) {
  const leaving = new AbortController();
  open.add(leaving);
  const asked = new URL('/graphql', address);
  if (method === 'GET') asked.searchParams.set('query', query);
  const response = await fetch(asked, {
    method,
    signal: leaving.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify({ query }) }),
  });
  const events: ServerEvent[] = [];
  const state = { comments: 0, hasEnded: false };
  void (async () => {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const bytes of response.body ?? []) {
        text += decoder.decode(bytes, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) take(block);
      }
    } catch {
      // It was cut.
    }
    state.hasEnded = true;
  })();

  function take(block: string): void {
    if (block.startsWith(':')) {
      state.comments += 1;
      return;
    }
    const field = (name: string) =>
      block
        .split('\n')
        .filter((line) => line.startsWith(`${name}: `) || line === `${name}:`)
        .map((line) => line.slice(name.length + 2))
        .join('\n');
    events.push({ id: field('id') || null, event: field('event'), data: field('data') });
  }

  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events,
    state,
    answers: () =>
      events
        .filter(({ event }) => event === 'next')
        .map(({ data }) => JSON.parse(data) as Record<string, unknown>),
    leave: () => leaving.abort(),
  };
}

const trigger = async (eventId: string) => {
  const { faults } = await api.services.events.trigger(
    api.tenantId,
    { type: 'user.created', payload: { text: 'one\ntwo' }, eventId },
    [],
  );
  expect(faults).toBeUndefined();
};

const UPDATED =
  'subscription { deliveryUpdated { status delivery { event { eventId payload } } } }';
const told = (eventId: string) => ({
  data: {
    deliveryUpdated: {
      status: 'PENDING',
      delivery: { event: { eventId, payload: { text: 'one\ntwo' } } },
    },
  },
});

describe('a subscription over server-sent events', () => {
  it.each(['GET', 'POST'])('brings deliveries as they happen, asked by %s', async (method) => {
    const feed = await stream(UPDATED, { method });
    expect([feed.status, feed.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await waitFor(() => feed.state.comments === 1);
    await trigger(`by-${method}`);
    await waitFor(() => feed.events.length === 1);
    expect(feed.answers()).toEqual([told(`by-${method}`)]);
  });

  it('goes on after the last id', async () => {
    const feed = await stream(UPDATED);
    await trigger('seen');
    await waitFor(() => feed.events.length === 1);
    feed.leave();
    await trigger('missed');
    const id = feed.events[0]?.id ?? '';
    expect(id).not.toBe('');
    const again = await stream(UPDATED, { headers: { 'last-event-id': id } });
    await trigger('later');
    await waitFor(() => again.events.at(-1)?.data.includes('"later"'));
    // What the id stands for may come once more.
    expect(again.answers().slice(-2)).toEqual([told('missed'), told('later')]);
  });

  it('ends with its stream, and is none for one that cannot read one', async () => {
    const ticks = await stream('subscription { testTicks(count: 2) }');
    await waitFor(() => ticks.state.hasEnded);
    expect(ticks.events).toEqual([
      { id: null, event: 'next', data: '{"data":{"testTicks":1}}' },
      { id: null, event: 'next', data: '{"data":{"testTicks":2}}' },
      { id: null, event: 'complete', data: '' },
    ]);
    for (const accept of ['application/json', '*/*']) {
      const { errors } = await api.post(
        { query: 'subscription { testTicks }' },
        { key: api.keys.VIEWER, headers: { accept } },
      );
      expect(errors?.[0]?.message).toMatch(/accept: text\/event-stream/);
    }
  });

  it('is refused like any operation', async () => {
    const refusals: [Parameters<typeof stream>[1], string][] = [
      [{ key: 'nonsense' }, 'UNAUTHENTICATED'],
      [{ key: api.keys.PUBLISHER }, 'FORBIDDEN'],
      [{ headers: { 'last-event-id': 'nonsense' } }, 'BAD_USER_INPUT'],
    ];
    for (const [options, code] of refusals) {
      const refused = await stream(UPDATED, options);
      await waitFor(() => refused.state.hasEnded);
      expect(refused.answers()).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    }
  });

  it('ends for good when its key is revoked', async () => {
    const { value } = await api.services.apiKeys.create(api.tenantId, {
      name: 'x',
      role: 'VIEWER',
    });
    const feed = await stream(UPDATED, { key: value?.key ?? '' });
    await api.services.apiKeys.revoke(api.tenantId, value?.apiKey.id ?? '');
    await waitFor(() => feed.state.hasEnded);
    expect(feed.answers()).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(feed.events.at(-1)?.event).toBe('complete');
  });

  it('says something now and then, and ends with the server so that its reader comes back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      const other = await serveApi();
      const feed = await stream('subscription { testTicks }', {
        key: other.keys.VIEWER,
        address: other.address,
      });
      await waitFor(() => feed.events.length === 1);
      const before = feed.state.comments;
      vi.advanceTimersByTime(15_000);
      await waitFor(() => feed.state.comments === before + 1);
      await other.close();
      await waitFor(() => feed.state.hasEnded);
      expect(feed.events.map(({ event }) => event)).toEqual(['next']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends without a word where its reader is too slow', async () => {
    const slow = await stream('subscription { testSlow }');
    await waitFor(() => slow.state.hasEnded);
    expect(slow.events).toEqual([]);
    expect(api.log).toEqual([]);
  });

  it('is cut where its reader takes nothing while more changes than are kept', async () => {
    const { hostname, port } = new URL(api.address);
    const query = encodeURIComponent(
      'subscription { deliveryUpdated { delivery { event { eventId } } } }',
    );
    const socket = connect(Number(port), hostname);
    let isCut = false;
    socket.on('error', () => (isCut = true));
    // Never read: what comes stays in the system's buffers, until they are full.
    socket.pause();
    socket.write(
      `GET /graphql?query=${query} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer ${api.keys.VIEWER}\r\n\r\n`,
    );
    const made = { tenantId: api.tenantId, eventId: 'x'.repeat(20_000) };
    await waitFor(async () => {
      await makeDeliveries(api.services.pool, 300, made);
      // What a socket that is cut is sent is refused; HTTP passes over empty lines.
      socket.write('\r\n');
      return isCut;
    });
    socket.destroy();
  });
});
