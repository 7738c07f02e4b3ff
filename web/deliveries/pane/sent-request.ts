import { useClient } from 'urql';

import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { graphql } from '../../graphql/graphql.ts';
import { useSession } from '../../session/session.tsx';
import { curlCommand } from './curl.ts';

const SignedRequestQuery = graphql(`
  query SignedRequest($id: ID!) {
    deliverySignedRequest(id: $id) {
      url
      body
      headers {
        name
        value
        isSecret
      }
    }
  }
`);

/** What curl sees to itself. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length']);

/**
 * Makes a delivery's request as a command. For who may retry it, the server signs it anew, so that a
 * receiver takes it; for others, or where it cannot, it is the attempt's request without signatures.
 */
export function useCurlOf(
  delivery: DeliveryDetail,
  attempt: DeliveryDetail['attempts'][number] | undefined,
): () => string | Promise<string> {
  const client = useClient();
  const { mayWrite } = useSession();
  return () => {
    const unsigned = unsignedCurl(delivery, attempt);
    if (!mayWrite) return unsigned;
    return client
      .query(SignedRequestQuery, { id: delivery.id }, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data }) => {
        const request = data?.deliverySignedRequest ?? null;
        return request === null ? unsigned : curlCommand({ ...request, isSigned: true });
      });
  };
}

/** The attempt's request as a command; before the first attempt, as far as it is known. */
function unsignedCurl(
  { id, event, webhook, requestBody }: DeliveryDetail,
  attempt: DeliveryDetail['attempts'][number] | undefined,
): string {
  const ours = [
    ['accept', '*/*'],
    ['content-type', 'application/json'],
    ['webhook-id', id],
    ['X-Webhook-Event', event.type],
    ['X-Webhook-Delivery', id],
  ] as const;
  const headers = attempt?.requestHeaders ?? [
    ...ours.map(([name, value]) => ({ name, value, isSecret: false })),
    ...webhook.headers,
  ];
  return curlCommand({
    url: webhook.url,
    headers: headers.filter(({ name }) => !OF_THE_CONNECTION.has(name.toLowerCase())),
    body: requestBody,
  });
}
