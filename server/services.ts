import type { Logger } from 'pino';

import { createApiKeys } from './access/api-keys.ts';
import { createSessions } from './access/sessions.ts';
import { createCustomerService } from './customers/service.ts';
import type { Database } from './database/open.ts';
import type { OfferClaim } from './deliveries/changes/claim-at-once.ts';
import { failWaiting } from './deliveries/changes/fail-waiting.ts';
import { createRetryDelivery } from './deliveries/changes/retry.ts';
import type { AddressRule } from './domain/address/address-rule.ts';
import type { Configuration } from './env.ts';
import { createEventTypeCatalogue } from './event-types/catalogue.ts';
import { createCompiledSchemas } from './event-types/schema/compiled-schemas.ts';
import { createEventTypeService } from './event-types/service.ts';
import { createFindEventRules } from './events/trigger/event-rules.ts';
import { createEventPreview } from './events/preview.ts';
import { createEventTrigger } from './events/trigger/trigger.ts';
import type { Feed } from './feed/open.ts';
import type { Services } from './graphql/schema/context.ts';
import type { QueueProducer } from './queue/contract.ts';
import { createRecoveryService } from './recoveries/service.ts';
import { createReachability } from './webhooks/changes/reachability.ts';
import { createWebhookService } from './webhooks/service.ts';
import type { SecretKeys } from './domain/sealed-secret.ts';

/**
 * The services that resolvers call, on what is opened already. What `events`, `apiKeys` and
 * `sessions` have under way is drained by whoever closes that.
 */
export function createServices(parts: {
  database: Database;
  feed: Feed;
  producer: QueueProducer;
  /** Asked for room whenever events are kept: a worker in this process may take them at once. */
  offerClaim: OfferClaim;
  /** Where webhooks may lead. */
  rule: AddressRule;
  configuration: Configuration;
  secretKeys: SecretKeys;
  version: string;
  userAgent: string;
  logger: Logger;
}): Services {
  const { feed, producer, configuration, secretKeys, version, userAgent, logger } = parts;
  const { pool, batches, prisma } = parts.database;
  const { limits, delivery } = configuration;
  const { announcer } = feed;
  const catalogue = createEventTypeCatalogue(pool);
  const rulesOf = createFindEventRules({
    catalogue,
    schemas: createCompiledSchemas(batches),
    payloadBytes: limits.payloadBytes,
  });
  return {
    prisma,
    pool,
    configuration,
    version,
    feed,
    apiKeys: createApiKeys({ prisma, pool, logger }),
    sessions: createSessions({ pool, logger }),
    webhooks: createWebhookService({
      ...{ prisma, pool, catalogue, userAgent, secretKeys, configuration, logger },
      reachability: createReachability({ rule: parts.rule, blockedPorts: delivery.blockedPorts }),
      onDeleted: (webhookId) =>
        failWaiting(pool, { webhookId, reason: 'WEBHOOK_DELETED' }, announcer),
      onResumed: (webhookId, at) =>
        void producer.due([{ webhookId, dueAt: at.getTime() }], at.getTime()),
    }),
    customers: createCustomerService(pool),
    events: createEventTrigger({
      ...{ announcer, producer, rulesOf, limits, logger },
      pool: batches,
      offerClaim: parts.offerClaim,
    }),
    previewEvent: createEventPreview({ pool, rulesOf }),
    eventTypes: { catalogue, service: createEventTypeService({ prisma, catalogue }) },
    recoveries: createRecoveryService({ prisma, pool }),
    retryDelivery: createRetryDelivery({
      ...{ pool, announcer, producer },
      holdSeconds: delivery.health.holdSeconds,
    }),
  };
}
