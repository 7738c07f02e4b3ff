import { getNamedType, isObjectType, isInterfaceType, type GraphQLSchema } from 'graphql';

import type { Answer } from '../support/installation/api-client.ts';
import type { Asked } from './documents.ts';

/** The fields within an answer that were refused to who asked, each as `EventType.webhookCount`. */
export function refusedWithin(
  schema: GraphQLSchema,
  asked: Asked,
  { errors = [] }: Answer<unknown>,
): string[] {
  const refused = errors.flatMap(({ path = [], extensions }) =>
    extensions['code'] === 'FORBIDDEN' || extensions['code'] === 'UNAUTHENTICATED'
      ? [fieldAt(schema, asked, path)]
      : [],
  );
  return [...new Set(refused)];
}

function fieldAt(
  schema: GraphQLSchema,
  { operation }: Asked,
  path: readonly (string | number)[],
): string {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[operation];
  let type: unknown = root;
  let name = '';
  for (const step of path) {
    if (typeof step === 'number' || !(isObjectType(type) || isInterfaceType(type))) continue;
    name = `${type.name}.${step}`;
    const field = type.getFields()[step];
    type = field && getNamedType(field.type);
  }
  return name;
}
