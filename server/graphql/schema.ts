import type { GraphQLSchema } from 'graphql';

import { meterAnswers } from './answer-budget.ts';
import { builder } from './builder.ts';
import './scalars.ts';
import './json-scalar.ts';
import './node.ts';
import './user-error.ts';
import './viewer.ts';
import './api-key.ts';
import './installation.ts';
import './header.ts';
import './event-type.ts';
import './event-subscription.ts';
import './webhook.ts';
import './webhook-list.ts';
import './webhook-create.ts';
import './webhook-update.ts';
import './webhook-delete.ts';
import './webhook-secret-rotate.ts';
import './webhook-subscribe.ts';
import './webhook-test.ts';
import './webhook-url-fault.ts';
import './time-range.ts';
import './event.ts';
import './event-list.ts';
import './event-trigger.ts';
import './delivery-filter.ts';
import './delivery-attempt.ts';
import './delivery.ts';
import './delivery-list.ts';
import './delivery-count.ts';
import './delivery-retry.ts';
import './delivery-signed-request.ts';
import './nodes-by-part.ts';
import './delivery-updated.ts';
import './stats.ts';
import './stats-updated.ts';
import './top-failing-webhooks.ts';

/** The whole schema: each import above adds a type with its queries, mutations and subscriptions. */
export function buildSchema(): GraphQLSchema {
  return meterAnswers(builder.toSchema());
}
