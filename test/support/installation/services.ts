import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';
import { pino } from 'pino';

import { openDatabase } from '../../../server/database/open.ts';
import { createAddressRule } from '../../../server/domain/address/address-rule.ts';
import { type Configuration, readConfiguration } from '../../../server/env.ts';
import { openFeed } from '../../../server/feed/open.ts';
import type { Services } from '../../../server/graphql/schema/context.ts';
import { createServices } from '../../../server/services.ts';
import { localFeedBackend } from '../feed/local-feed.ts';
import { createTestDatabase } from '../database/postgres.ts';
import type { SecretKeys } from '../../../server/domain/sealed-secret.ts';

/** What resolvers need, on a database of its own; nothing is delivered. */
export interface TestServices {
  services: Services;
  databaseUrl: string;
  /** For claiming and recording, as workers have it. */
  batches: Pool;
  close(): Promise<void>;
}

export async function createTestServices(
  change: (configuration: Configuration) => Configuration = (same) => same,
): Promise<TestServices> {
  const testDatabase = await createTestDatabase();
  const logger = pino({ level: 'silent' });
  const database = await openDatabase({ url: testDatabase.url, poolSize: 10, logger });
  const secretKeys: SecretKeys = [randomBytes(32)];
  const backend = localFeedBackend();
  const feed = openFeed({ backend, pool: database.pool, secretKeys, logger });
  const services = createServices({
    ...{ database, feed, secretKeys, logger },
    configuration: change(readConfiguration({})),
    producer: { deliver: async () => undefined, due: async () => undefined },
    offerClaim: () => null,
    rule: createAddressRule(['127.0.0.0/8']),
    version: '0.0.0-test',
    userAgent: 'NEXUS-Webhooks/test',
  });
  return {
    services,
    databaseUrl: testDatabase.url,
    batches: database.batches,
    async close() {
      await services.apiKeys.drain();
      await services.sessions.drain();
      await services.events.drain();
      await feed.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}
