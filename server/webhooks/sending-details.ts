import type { Pool } from 'pg';

import { unseal } from '../domain/sealed-secret.ts';
import { readHeaders, type WebhookHeader } from './headers.ts';
import { readPreviousSecrets } from './previous-secrets.ts';

/** A secret that signs, in clear. */
export interface SigningSecret {
  secret: string;
  /** Null for the current one; the end of its grace period for a former one. */
  expiresAt: Date | null;
}

/** All that sending needs of a webhook, in clear: never to be logged or answered. */
export interface SendingDetails {
  webhookId: string;
  /** Rises with each change of what follows, so that it may be cached. */
  revision: number;
  url: string;
  /** Null where the installation's default applies. */
  timeoutSeconds: number | null;
  headers: WebhookHeader[];
  /** The current one first; then former ones, newest first, perhaps past their end by now. */
  secrets: SigningSecret[];
}

interface Row {
  id: string;
  revision: number;
  url: string;
  timeout: number | null;
  headers: unknown;
  secret: Buffer;
  previousSecrets: unknown;
}

const SENDING_DETAILS = `
SELECT id, revision, url, timeout, headers, secret, "previousSecrets"
FROM "Webhook" WHERE id = ANY($1::uuid[])`;

/**
 * What sending needs of these webhooks, deleted ones among them; one statement. Those that do not
 * exist are left out, and the order is any. For the worker, which serves all tenants.
 * @throws SealError where a secret was sealed with another SECRET_KEY.
 */
export async function loadSendingDetails(
  pool: Pool,
  secretKey: Buffer,
  webhookIds: readonly string[],
): Promise<SendingDetails[]> {
  const { rows } = await pool.query<Row>({
    name: 'sending-details',
    text: SENDING_DETAILS,
    values: [webhookIds],
  });
  return rows.map((row) => ({
    webhookId: row.id,
    revision: row.revision,
    url: row.url,
    timeoutSeconds: row.timeout,
    headers: readHeaders(secretKey, row.id, row.headers),
    secrets: [
      { secret: unseal(row.secret, secretKey, row.id), expiresAt: null },
      ...readPreviousSecrets(row.previousSecrets).map(({ sealed, expiresAt }) => ({
        secret: unseal(sealed, secretKey, row.id),
        expiresAt,
      })),
    ],
  }));
}
