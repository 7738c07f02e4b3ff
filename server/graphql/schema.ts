import type { GraphQLSchema } from 'graphql';

import { meterAnswers } from './limits/answer-budget.ts';
import { builder } from './schema/builder.ts';
import './schema/scalars.ts';
import './schema/json-scalar.ts';
import './schema/node.ts';
import './errors/user-error.ts';
import './access/viewer.ts';
import './access/api-key.ts';
import './schema/installation.ts';
import './webhook/header.ts';
import './customer/customer.ts';
import './event/event-type.ts';
import './event/event-type-changes.ts';
import './event/schema-preview.ts';
import './webhook/event-subscription.ts';
import './webhook/webhook.ts';
import './webhook/list.ts';
import './customer/list.ts';
import './customer/upsert.ts';
import './customer/erase.ts';
import './webhook/create.ts';
import './webhook/update.ts';
import './webhook/pause.ts';
import './webhook/delete.ts';
import './webhook/secret-rotate.ts';
import './webhook/subscribe.ts';
import './webhook/test.ts';
import './webhook/url-fault.ts';
import './schema/time-range.ts';
import './event/event.ts';
import './event/list.ts';
import './event/trigger.ts';
import './delivery/filter.ts';
import './delivery/attempt.ts';
import './delivery/delivery.ts';
import './delivery/list.ts';
import './event/fan-out.ts';
import './event/preview.ts';
import './event/filter-preview.ts';
import './delivery/count.ts';
import './delivery/retry.ts';
import './recovery/recovery.ts';
import './recovery/list.ts';
import './recovery/create.ts';
import './recovery/updated.ts';
import './delivery/signed-request.ts';
import './schema/nodes-by-part.ts';
import './delivery/updated.ts';
import './stats/stats.ts';
import './stats/updated.ts';
import './stats/top-failing-webhooks.ts';

/** The whole schema: each import above adds a type with its queries, mutations and subscriptions. */
export function buildSchema(): GraphQLSchema {
  return meterAnswers(builder.toSchema());
}
