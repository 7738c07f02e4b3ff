import type { GraphQLSchema } from 'graphql';

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

/** The whole schema: each import above adds a type with its queries, mutations and subscriptions. */
export function buildSchema(): GraphQLSchema {
  return builder.toSchema();
}
