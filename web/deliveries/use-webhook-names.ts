import { useQuery } from 'urql';

import { graphql } from '../graphql/graphql.ts';

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

/** By id, only their deliveries still know what deleted webhooks were called. */
const deletedNamesDocument = graphql(`
  query DeletedWebhookNames($ids: [ID!]!) {
    deliveries(filter: { webhookIds: $ids }, first: 100) {
      nodes {
        id
        webhook {
          id
          name
        }
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
  const missing = isComplete ? ids.filter((id) => !names.has(id)) : [];
  const [deleted] = useQuery({
    query: deletedNamesDocument,
    variables: { ids: missing },
    pause: missing.length === 0,
  });
  if (missing.length > 0) {
    for (const { webhook } of deleted.data?.deliveries.nodes ?? []) {
      if (missing.includes(webhook.id)) names.set(webhook.id, `${webhook.name} (deleted)`);
    }
  }
  const isAllKnown = isComplete && !deleted.fetching;
  return (id) => names.get(id) ?? (isAllKnown ? 'deleted webhook' : '…');
}
