import type { Pool } from 'pg';

import type { ApiKeys } from '../../access/api-keys.ts';
import type { Caller } from '../../access/caller.ts';
import type { Sessions } from '../../access/sessions.ts';
import type { CustomerService } from '../../customers/service.ts';
import type { RetryDelivery } from '../../deliveries/changes/retry.ts';
import type { Configuration } from '../../env.ts';
import type { EventTypeCatalogue } from '../../event-types/catalogue.ts';
import type { EventTypeService } from '../../event-types/service.ts';
import type { PreviewEvent } from '../../events/preview.ts';
import type { EventTrigger } from '../../events/trigger/trigger.ts';
import type { Feed } from '../../feed/open.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { RecoveryService } from '../../recoveries/service.ts';
import type { WebhookService } from '../../webhooks/service.ts';
import type { AnswerBudget } from '../limits/answer-budget.ts';
import { unauthenticated } from '../errors/errors.ts';

/**
 * All that resolvers need of the rest of the server, opened once and shared by all requests.
 * The composition root makes it; tests make it from the same factories.
 */
export interface Services {
  prisma: PrismaClient;
  pool: Pool;
  configuration: Configuration;
  /** The product's version, as package.json has it. */
  version: string;
  apiKeys: ApiKeys;
  sessions: Sessions;
  webhooks: WebhookService;
  customers: CustomerService;
  events: EventTrigger;
  previewEvent: PreviewEvent;
  eventTypes: { catalogue: EventTypeCatalogue; service: EventTypeService };
  recoveries: RecoveryService;
  retryDelivery: RetryDelivery;
  feed: Pick<Feed, 'follow' | 'currentCursor' | 'onChanges'>;
}

/** What one operation knows. Made anew for each, so that what it loads is loaded once and never stale. */
export interface GraphQLContext {
  /** Null where no key and no session, or no good one, came with the operation. */
  caller: Caller | null;
  services: Services;
  /** What the answer may still cost; null where nothing bounds it. */
  budget?: AnswerBudget | null;
  /** A budget for each answer of a subscription. */
  nextBudget?: () => AnswerBudget;
  /** Called for a subscriber that takes nothing any more; null if nobody listens. */
  onSlowReader: (() => void) | null;
  /** The cursor after which a stream goes on that was cut; it is later than any in the operation. */
  resumeAfter?: string | null;
}

/**
 * The caller of a resolver that its scopes guard.
 * @throws UNAUTHENTICATED where there is none, so that nothing is ever read without a tenant.
 */
export function callerOf(context: GraphQLContext): Caller {
  if (context.caller === null) throw unauthenticated();
  return context.caller;
}
