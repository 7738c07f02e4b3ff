import type { DeliveryDetail } from '../../../graphql/delivery-detail.ts';
import { curlCommand } from './curl.ts';

/** What curl sees to itself. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length']);

/** The attempt's request as a command; before the first attempt, as far as it is known. */
export function curlOf(
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
