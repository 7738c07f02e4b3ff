import { initGraphQLTada } from 'gql.tada';

import type { introspection } from './schema-types.d.ts';

/**
 * Typed operations: `graphql('query …')` checks the document against schema.graphql and types its
 * data and variables. A component's fragment stands beside it; pages spread them.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    /** ISO 8601 in UTC with milliseconds. */
    DateTime: string;
    URL: string;
    JSON: unknown;
  };
}>();

export { readFragment, type FragmentOf, type ResultOf, type VariablesOf } from 'gql.tada';
