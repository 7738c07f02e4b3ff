import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Application, startApplication } from '../../server/application.ts';
import { readConfiguration } from '../../server/env.ts';
import type { DeliverJob } from '../../server/queue/contract.ts';
import { createApiClient } from '../support/installation/api-client.ts';
import { type Platform, platformOn } from '../support/installation/platform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { testQueuePrefix } from '../support/queue/redis.ts';
import { type Receiver, startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** One process with both roles, whose every hint is seen. */
let database: TestDatabase;
let receiver: Receiver;
let application: Application;
let platform: Platform;
const hinted: DeliverJob[] = [];
const CONCURRENCY = 4;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  const key = `test-key-${randomUUID()}`;
  application = await startApplication({
    configuration: readConfiguration({
      ...{ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', BOOTSTRAP_API_KEY: key },
      ...{ DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8', DELIVERY_HTTPS_ONLY: 'false' },
      WEBHOOK_CONCURRENCY: String(CONCURRENCY),
      DATABASE_URL: database.url,
      QUEUE_PREFIX: testQueuePrefix(),
      SECRET_KEY: randomBytes(32).toString('base64'),
    }),
    logger: pino({ level: 'silent' }),
    wrapQueue: (queue) => ({
      ...queue,
      producer: {
        due: (jobs, now) => queue.producer.due(jobs, now),
        async deliver(jobs) {
          hinted.push(...jobs);
          await queue.producer.deliver(jobs);
        },
      },
    }),
  });
  platform = platformOn(createApiClient(application.address, key));
});
afterAll(async () => {
  await application.stop();
  await receiver.close();
  await database.drop();
});

describe('an event triggered where its deliveries are sent from', () => {
  it('is sent with no hint, and each of its changes is on record', async () => {
    const webhook = await platform.createWebhook({ url: receiver.url('/at-once') });
    hinted.length = 0;
    const { event } = await platform.trigger();
    const [delivery] = await waitFor(async () => {
      const deliveries = await platform.deliveriesOf(event?.eventId ?? '');
      return deliveries.every(({ status }) => status === 'SUCCESS') && deliveries;
    });
    expect(delivery).toBeDefined();
    expect(receiver.requests('/at-once')).toHaveLength(1);
    expect(hinted).toEqual([]);
    const { rows } = await database.pool.query<{ status: string; version: number }>(
      `SELECT c.status, c.version FROM "DeliveryChange" c JOIN "Delivery" d ON d.id = c."deliveryId"
       WHERE d."eventId" = $1 ORDER BY c.version`,
      [event?.eventId],
    );
    expect(rows).toEqual([
      { status: 'PENDING', version: 1 },
      { status: 'SENDING', version: 2 },
      { status: 'SUCCESS', version: 3 },
    ]);
    await platform.mutate('webhookDelete', { id: webhook.id }, 'deletedWebhookId');
  });

  it('waits where its webhook has all in flight that it may', async () => {
    let most = 0;
    let isHeld = true;
    const waiting = new Set<ServerResponse>();
    receiver.on('/slow', (_request, response) => {
      waiting.add(response);
      most = Math.max(most, waiting.size);
      if (!isHeld) answerAll();
    });
    const answerAll = () => {
      for (const response of waiting) response.end();
      waiting.clear();
    };
    await platform.createWebhook({ url: receiver.url('/slow') });
    const COUNT = 5 * CONCURRENCY;
    // One after the other, and some together.
    for (let n = 0; n < 3; n += 1) await platform.trigger();
    await Promise.all(Array.from({ length: COUNT - 3 }, () => platform.trigger()));
    await waitFor(async () => waiting.size === CONCURRENCY);
    const { rows } = await database.pool.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM "Delivery" WHERE status <> 'SUCCESS' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { status: 'PENDING', count: COUNT - CONCURRENCY },
      { status: 'SENDING', count: CONCURRENCY },
    ]);
    isHeld = false;
    answerAll();
    await waitFor(async () => receiver.requests('/slow').length === COUNT);
    expect(most).toBe(CONCURRENCY);
  });
});
