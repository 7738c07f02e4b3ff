import type { Pool } from 'pg';

import { composeHeaders, prepareHeaders } from '../domain/delivery/delivery-request.ts';
import { keptHead, readKeptHead } from '../domain/delivery/kept-head.ts';
import { keysAt, prepareSecret } from '../domain/delivery/signature.ts';
import type { ShownHeader } from './changes/headers.ts';
import { loadSendingDetails } from './sending-details.ts';
import type { SecretKeys } from '../domain/sealed-secret.ts';

/** What of a delivery stands in its request. */
export interface DeliveryToSign {
  deliveryId: string;
  webhookId: string;
  eventType: string;
  /** What is signed and sent. */
  body: string;
  /** The attempt that it would be, from 1. */
  attempt: number;
}

/** A request as it would go out now; the values of the webhook's secret headers are left out. */
export interface SignedRequest {
  url: string;
  headers: ShownHeader[];
  body: string;
}

export interface SigningParts {
  pool: Pool;
  secretKeys: SecretKeys;
  userAgent: string;
}

/**
 * The request of a delivery with signatures made now, as the worker would make them: for those who
 * want to try a receiver by hand. No secret leaves. One statement.
 * @returns null where the webhook is not there, or its secrets were sealed with another SECRET_KEY.
 */
export async function signRequest(
  { pool, secretKeys, userAgent }: SigningParts,
  { webhookId, ...delivery }: DeliveryToSign,
): Promise<SignedRequest | null> {
  const [webhook] = await loadSendingDetails(pool, secretKeys, [webhookId], () => {});
  if (webhook === undefined) return null;
  const at = new Date();
  const keys = webhook.secrets.map(({ secret, expiresAt }) => ({
    key: prepareSecret(secret),
    expiresAt,
  }));
  const ownHeaders = prepareHeaders(webhook.headers);
  const fields = composeHeaders({
    ...delivery,
    at,
    keys: keysAt(keys, at),
    ownHeaders,
    userAgent,
  });
  return {
    url: webhook.url,
    headers: readKeptHead(keptHead(fields, ownHeaders.secretNames)),
    body: delivery.body,
  };
}
