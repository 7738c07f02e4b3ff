import { graphql, type ResultOf } from '../../graphql/graphql.ts';

const ApiKeyFragment = graphql(`
  fragment ApiKeyRow on ApiKey @_unmask {
    id
    name
    hint
    role
    createdAt
    lastUsedAt
    revokedAt
  }
`);

/** An API key as the list shows it. */
export type ApiKeyRow = ResultOf<typeof ApiKeyFragment>;

/** One page; either `first` and `after`, or `last` and `before`. */
export const ApiKeysQuery = graphql(
  `
    query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {
      apiKeys(first: $first, after: $after, last: $last, before: $before) {
        nodes {
          ...ApiKeyRow
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  `,
  [ApiKeyFragment],
);

/** Makes a key, which comes this once. */
export const CreateApiKeyMutation = graphql(
  `
    mutation CreateApiKey($input: ApiKeyCreateInput!) {
      apiKeyCreate(input: $input) {
        apiKey {
          ...ApiKeyRow
        }
        key
        userErrors {
          field
          message
        }
      }
    }
  `,
  [ApiKeyFragment],
);

/** Revokes a key for good. */
export const RevokeApiKeyMutation = graphql(`
  mutation RevokeApiKey($input: ApiKeyRevokeInput!) {
    apiKeyRevoke(input: $input) {
      apiKey {
        id
        revokedAt
      }
      userErrors {
        message
      }
    }
  }
`);
