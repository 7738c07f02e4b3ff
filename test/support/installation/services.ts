import { randomBytes } from 'node:crypto';

import { pino } from 'pino';

import { createApiKeys } from '../../../server/access/api-keys.ts';
import { createSessions } from '../../../server/access/sessions.ts';
import { openDatabase } from '../../../server/database/open.ts';
import { createRetryDelivery } from '../../../server/deliveries/retry.ts';
import { createAddressRule } from '../../../server/domain/address-rule.ts';
import { type Configuration, readConfiguration } from '../../../server/env.ts';
import { createCustomerService } from '../../../server/customers/service.ts';
import { createEventTypeCatalogue } from '../../../server/event-types/catalogue.ts';
import { createEventTypeService } from '../../../server/event-types/service.ts';
import { createCompiledSchemas } from '../../../server/event-types/schema/compiled-schemas.ts';
import { createFindEventRules } from '../../../server/events/event-rules.ts';
import { createEventPreview } from '../../../server/events/preview.ts';
import { createEventTrigger } from '../../../server/events/trigger.ts';
import { openFeed } from '../../../server/feed/open.ts';
import type { Services } from '../../../server/graphql/schema/context.ts';
import { createReachability } from '../../../server/webhooks/reachability.ts';
import { createWebhookService } from '../../../server/webhooks/service.ts';
import { localFeedBackend } from '../feed/local-feed.ts';
import { createTestDatabase } from '../database/postgres.ts';

/** What resolvers need, on a database of its own; nothing is delivered. */
export interface TestServices {
  services: Services;
  databaseUrl: string;
  close(): Promise<void>;
}

export async function createTestServices(
  change: (configuration: Configuration) => Configuration = (same) => same,
): Promise<TestServices> {
  const testDatabase = await createTestDatabase();
  const logger = pino({ level: 'silent' });
  const database = await openDatabase({ url: testDatabase.url, poolSize: 10, logger });
  const { pool, batches, prisma } = database;
  const configuration = change(readConfiguration({}));
  const apiKeys = createApiKeys({ prisma, pool, logger });
  const sessions = createSessions({ pool, logger });
  const secretKey = randomBytes(32);
  const feed = openFeed({ backend: localFeedBackend(), pool, secretKey, logger });
  const { announcer } = feed;
  const producer = { deliver: async () => undefined, due: async () => undefined };
  const catalogue = createEventTypeCatalogue(pool);
  const rulesOf = createFindEventRules({
    catalogue,
    schemas: createCompiledSchemas(batches),
    payloadBytes: configuration.limits.payloadBytes,
  });
  const events = createEventTrigger({
    pool: batches,
    limits: configuration.limits,
    rulesOf,
    logger,
    announcer,
    producer,
    offerClaim: () => null,
  });
  const services: Services = {
    prisma,
    pool,
    configuration,
    version: '0.0.0-test',
    apiKeys,
    sessions,
    customers: createCustomerService(pool),
    events,
    previewEvent: createEventPreview({ pool, rulesOf }),
    eventTypes: {
      catalogue,
      service: createEventTypeService({ prisma, catalogue }),
    },
    retryDelivery: createRetryDelivery({ pool, announcer, producer, holdSeconds: 60 }),
    feed,
    webhooks: createWebhookService({
      prisma,
      pool,
      catalogue,
      userAgent: 'NEXUS-Webhooks/test',
      secretKey,
      logger,
      reachability: createReachability({ rule: createAddressRule(['127.0.0.0/8']) }),
      configuration,
      onDeleted: async () => undefined,
    }),
  };
  return {
    services,
    databaseUrl: testDatabase.url,
    async close() {
      await apiKeys.drain();
      await sessions.drain();
      await events.drain();
      await feed.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}
