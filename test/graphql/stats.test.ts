import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { foldRollups } from '../../server/deliveries/stats/rollup-fold.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  appendSums,
  insertDeliveries,
  insertTenant,
  insertWebhook,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, counting, run } from './reading.ts';

let on: TestServices;
let tenantId: string;
let stranger: string;
/** The third has no deliveries, the fourth is deleted. */
let webhookIds: string[];

const HOUR = 3_600_000;

beforeAll(async () => {
  on = await createTestServices();
  const { pool } = on.services;
  tenantId = await insertTenant(pool);
  stranger = await insertTenant(pool);
  const webhooks = [
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId, { isDeleted: true }),
  ];
  webhookIds = webhooks.map(({ id }) => id);
  const [first = '', second = '', , deleted = ''] = webhookIds;
  const at = (ago: number, isTest = false) =>
    makeEvent(tenantId, { createdAt: new Date(Date.now() - ago), isTest });
  const deliveries = [
    makeDelivery(at(0), first, { status: 'SUCCESS', latencyMs: 100 }),
    makeDelivery(at(0), first, { status: 'PENDING' }),
    makeDelivery(at(1_000), first, { status: 'SENDING' }),
    makeDelivery(at(2 * HOUR), first, { status: 'FAILED' }),
    makeDelivery(at(2 * HOUR), second, { status: 'FAILED' }),
    makeDelivery(at(3 * HOUR), second, { status: 'FAILED' }),
    makeDelivery(at(3 * HOUR), second, { status: 'RETRYING' }),
    makeDelivery(at(3 * HOUR), second, { status: 'SENDING', attemptCount: 2 }),
    makeDelivery(at(3 * HOUR), deleted, { status: 'FAILED' }),
    makeDelivery(at(3 * HOUR, true), second, { status: 'FAILED' }),
    makeDelivery(at(40 * HOUR), first, { status: 'SUCCESS' }),
  ];
  await insertDeliveries(pool, deliveries);
  await appendSums(pool, deliveries.slice(0, 4));
  await foldRollups(pool);
  await appendSums(pool, deliveries.slice(4));
});
afterAll(() => on.close());

const ask = (source: string, variables?: Record<string, unknown>, tenant = tenantId) =>
  run(on.services, callerOf(tenant), source, variables);
const COUNTS = 'total pending sending retrying success failed successRate';
const webhookId = (index: number) => encodeGlobalId('Webhook', webhookIds[index] ?? '');

describe('stats', () => {
  it('are of the last 24 hours, tests left out', async () => {
    const { data } = await ask(`{ stats { ${COUNTS} latencyP50Ms latencyP95Ms } }`);
    const counts = { total: 9, pending: 1, sending: 2, retrying: 1, success: 1, failed: 4 };
    const latencyP50Ms = expect.closeTo(100, -1);
    const rest = { successRate: 0.2, latencyP50Ms, latencyP95Ms: expect.closeTo(100, -1) };
    expect(data).toEqual({ stats: { ...counts, ...rest } });
  });

  it('have no rate and no latency where nothing has ended', async () => {
    const { data } = await ask(`{ stats { ${COUNTS} latencyP50Ms } }`, {}, stranger);
    const counts = { total: 0, pending: 0, sending: 0, retrying: 0, success: 0, failed: 0 };
    expect(data).toEqual({ stats: { ...counts, successRate: null, latencyP50Ms: null } });
  });

  it('of a page of webhooks are one statement, and latencies are read only when asked for', async () => {
    const counted = counting(on);
    try {
      const query = `{ webhooks { nodes { id stats { ${COUNTS} trend(interval: HOUR) { total } } } } }`;
      const { data } = await run(counted.services, callerOf(tenantId), query);
      expect(data).toMatchObject({
        webhooks: {
          nodes: [
            { id: webhookId(2), stats: { total: 0, successRate: null } },
            { id: webhookId(1), stats: { total: 4, failed: 2, retrying: 1, sending: 1 } },
            { id: webhookId(0), stats: { total: 4, success: 1, pending: 1, sending: 1 } },
          ],
        },
      });
      // The webhooks; the counts of all three, the trends of all three.
      expect(counted.statements).toHaveLength(3);
      expect(counted.statements.filter((text) => text.includes('latency_bucket'))).toEqual([]);
    } finally {
      await counted.close();
    }
  });

  it('have a trend, with empty intervals, of at most 1,000', async () => {
    const query = `query ($range: TimeRange, $interval: TrendInterval!) {
      stats(range: $range) { trend(interval: $interval) { start total success failed } }
    }`;
    const range = { from: '2026-01-01T10:20:30Z', to: '2026-01-01T12:00:00.001Z' };
    const empty = { total: 0, success: 0, failed: 0 };
    expect((await ask(query, { range, interval: 'HOUR' })).data).toEqual({
      stats: {
        trend: [10, 11, 12].map((hour) => ({ start: `2026-01-01T${hour}:00:00.000Z`, ...empty })),
      },
    });
    const most = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T16:40:00Z' };
    expect((await ask(query, { range: most, interval: 'MINUTE' })).codes).toEqual([]);
    const more = { ...most, to: '2026-01-01T16:40:00.001Z' };
    expect((await ask(query, { range: more, interval: 'MINUTE' })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
    const ages = { from: '0001-01-01T00:00:00Z', to: '9999-01-01T00:00:00Z' };
    expect((await ask(query, { range: ages, interval: 'DAY' })).codes).toEqual(['BAD_USER_INPUT']);
    const day = await ask('{ stats { trend(interval: HOUR) { total } } }');
    const { stats } = trendOf.parse(day.data);
    expect(stats.trend.reduce((sum, point) => sum + point.total, 0)).toBe(9);
  });

  it('refuse a range that holds no moment', async () => {
    const query = 'query ($range: TimeRange) { stats(range: $range) { total } }';
    const at = '2026-01-01T00:00:00Z';
    for (const range of [
      { from: at, to: at },
      { from: '2026-02-01T00:00:00Z', to: at },
      { from: '9999-01-01T00:00:00Z' },
    ]) {
      expect((await ask(query, { range })).codes).toEqual(['BAD_USER_INPUT']);
    }
    expect((await ask(query, { range: { to: at } })).data).toEqual({ stats: { total: 0 } });
  });
});

describe('the webhooks that fail most', () => {
  it('come first, without those that are deleted or never failed', async () => {
    const query = 'query ($first: Int) { topFailingWebhooks(first: $first) { id } }';
    const all = { topFailingWebhooks: [{ id: webhookId(1) }, { id: webhookId(0) }] };
    expect((await ask(query)).data).toEqual(all);
    expect((await ask(query, { first: 1 })).data).toEqual({
      topFailingWebhooks: [{ id: webhookId(1) }],
    });
    expect((await ask(query, { first: 0 })).data).toEqual({ topFailingWebhooks: [] });
    expect((await ask(query, { first: 101 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask(query, {}, stranger)).data).toEqual({ topFailingWebhooks: [] });
  });
});

const trendOf = z.object({
  stats: z.object({ trend: z.array(z.object({ total: z.number() })) }),
});
