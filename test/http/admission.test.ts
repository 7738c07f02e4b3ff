import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createAdmission } from '../../server/http/admission.ts';
import { collectLogs } from '../support/collected-logs.ts';
import { waitFor } from '../support/wait.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

describe('admission', () => {
  /** An admission with a clock of ours. */
  function admission() {
    let at = 10_000;
    const made = createAdmission({ logger: collectLogs().logger, now: () => at });
    return {
      ...made,
      later: (ms: number) => void (at += ms),
      begin: (count: number) => Array.from({ length: count }, made.begin),
      lets: () => made.refusal() === null,
    };
  }

  it('lets in what comes at once, up to 4,000', () => {
    const { begin, lets } = admission();
    begin(3_999);
    expect(lets()).toBe(true);
    begin(1);
    expect(lets()).toBe(false);
  });

  it('lets in all as long as fewer than 32 have been under way for a second', () => {
    const { begin, lets, later } = admission();
    begin(31);
    later(5_000);
    begin(2_000);
    expect(lets()).toBe(true);
  });

  it('refuses once more are, until as many are left as ended within a second, or 128', () => {
    const { begin, lets, later, end } = admission();
    const tickets = begin(600);
    later(999);
    expect(lets()).toBe(true);
    later(251);
    expect(lets()).toBe(false);
    for (const ticket of tickets.splice(0, 299)) end(ticket);
    expect(lets()).toBe(false);
    for (const ticket of tickets.splice(0, 2)) end(ticket);
    // 301 have ended, 299 are under way.
    expect(lets()).toBe(true);
    later(2_000);
    expect(lets()).toBe(false);
    for (const ticket of tickets.splice(0, 172)) end(ticket);
    later(2_000);
    expect(lets()).toBe(true);
  });

  it('lets in no more than that until nobody was refused for a second', () => {
    const { begin, lets, later, end } = admission();
    const tickets = begin(600);
    later(1_250);
    expect(lets()).toBe(false);
    for (const ticket of tickets) end(ticket);
    const more = begin(599);
    expect(lets()).toBe(true);
    more.push(...begin(1));
    expect(lets()).toBe(false);
    later(1_000);
    for (const ticket of more) end(ticket);
    begin(600);
    expect(lets()).toBe(false);
    later(900);
    expect(lets()).toBe(false);
  });

  it('counts right over any pause', () => {
    const { begin, lets, later, end } = admission();
    for (const pauseMs of [0, 249, 250, 999, 1_000, 1_001, 60_000]) {
      const tickets = begin(500);
      later(pauseMs);
      for (const ticket of tickets) end(ticket);
    }
    later(5_000);
    begin(128);
    later(1_500);
    expect(lets()).toBe(false);
  });

  it('says when to come back, not the same to all', () => {
    const { begin, refusal } = admission();
    begin(4_000);
    const told = Array.from({ length: 100 }, () => refusal()?.extensions['retryAfter']);
    expect(new Set(told)).toEqual(new Set([1, 2, 3]));
  });
});

describe('a server that has more to do than it can', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveApi();
  });
  afterAll(() => api.close());

  it('refuses what comes until it keeps up again, and says so once', async () => {
    const key = api.keys.ADMIN;
    const following = await openSocket(api.address, { authorization: `Bearer ${key}` });
    const waits = Array.from({ length: 128 }, () =>
      api.post({ query: '{ testWait(ms: 4000) }' }, { key }),
    );
    const ask = () => api.post({ query: '{ testEcho(value: 1) }' }, { key });
    const refused = await waitFor(async () => {
      const answer = await ask();
      return answer.status === 503 && answer;
    });
    const { retryAfter } = refused.errors?.[0]?.extensions ?? {};
    expect(refused.errors).toEqual([
      {
        message: 'The service has more to do than it can just now; try again later.',
        extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter },
      },
    ]);
    expect([1, 2, 3]).toContain(retryAfter);
    expect(refused.headers.get('retry-after')).toBe(String(retryAfter));
    expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8');

    // Strangers too, before their request is read; health is asked by others.
    expect((await api.post('no JSON at all')).status).toBe(503);
    expect((await fetch(`${api.address}/health/ready`)).status).toBe(200);
    following.send({ id: 'q', type: 'subscribe', payload: { query: '{ testEcho(value: 1) }' } });
    const told = await following.message(({ id }) => id === 'q');
    expect(told).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    });
    // A subscription is no work: it is let in.
    following.send({
      id: 's',
      type: 'subscribe',
      payload: { query: 'subscription { testTicks }' },
    });
    expect(await following.message(({ id }) => id === 's')).toMatchObject({ type: 'next' });

    for (const { data } of await Promise.all(waits)) expect(data).toEqual({ testWait: true });
    expect((await ask()).data).toEqual({ testEcho: 1 });
    await waitFor(() => api.log.some((line) => line.includes('http.keeps_up')));
    expect(api.log.filter((line) => line.includes('http.overloaded'))).toHaveLength(1);
    following.close();
  });
});
