import { useQuery } from 'urql';

import { graphql } from '../../graphql/graphql.ts';

const namesDocument = graphql(`
  query WebhookNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Webhook {
        id
        name
      }
    }
  }
`);

/** What to call webhooks that are known by id alone, e.g. from an address. */
export function useWebhookNames(ids: readonly string[]): (id: string) => string {
  const [{ data, fetching, stale }] = useQuery({
    query: namesDocument,
    variables: { ids: [...ids] },
    pause: ids.length === 0,
  });
  const names = new Map<string, string>();
  for (const node of data?.nodes ?? []) {
    if (node?.__typename === 'Webhook') names.set(node.id, node.name);
  }
  const isComplete = data !== undefined && !fetching && !stale;
  return (id) => names.get(id) ?? (isComplete ? 'deleted webhook' : '…');
}
