import type { Pool } from 'pg';

import { ownDelays } from '../domain/delivery/retry-schedule.ts';
import { SealError, unseal, type SecretKeys } from '../domain/sealed-secret.ts';
import { readHeaders, type WebhookHeader } from './changes/headers.ts';
import { readPreviousSecrets } from './secrets/previous-secrets.ts';
import { secretOf } from './secrets/sealed-places.ts';

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
  /** Seconds before the second, third … attempt; null where the installation's schedule applies. */
  retryDelays: number[] | null;
  headers: WebhookHeader[];
  /** The current one first; then former ones, newest first, perhaps past their end by now. */
  secrets: SigningSecret[];
}

interface Row {
  id: string;
  revision: number;
  url: string;
  timeout: number | null;
  retryDelays: unknown;
  headers: unknown;
  secret: Buffer;
  previousSecrets: unknown;
}

const SENDING_DETAILS = `
SELECT id, revision, url, timeout, "retryDelays", headers, secret, "previousSecrets"
FROM "Webhook" WHERE id = ANY($1::uuid[])`;

/**
 * What sending needs of these webhooks, deleted ones among them; one statement. Those that do not
 * exist are left out, and the order is any. For the worker, which serves all tenants.
 * @param onSealed called for a webhook whose secrets were sealed with another SECRET_KEY; it is left out.
 */
export async function loadSendingDetails(
  pool: Pool,
  secretKeys: SecretKeys,
  webhookIds: readonly string[],
  onSealed: (webhookId: string) => void,
): Promise<SendingDetails[]> {
  const { rows } = await pool.query<Row>({
    name: 'sending-details',
    text: SENDING_DETAILS,
    values: [webhookIds],
  });
  return rows.flatMap((row) => {
    try {
      return [openDetails(row, secretKeys)];
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      onSealed(row.id);
      return [];
    }
  });
}

function openDetails(row: Row, secretKeys: SecretKeys): SendingDetails {
  return {
    webhookId: row.id,
    revision: row.revision,
    url: row.url,
    timeoutSeconds: row.timeout,
    retryDelays: ownDelays(row.retryDelays),
    headers: readHeaders(secretKeys, row.id, row.headers),
    secrets: [
      { secret: unseal(row.secret, secretKeys, secretOf(row.id)), expiresAt: null },
      ...readPreviousSecrets(row.previousSecrets).map(({ sealed, expiresAt }) => ({
        secret: unseal(sealed, secretKeys, secretOf(row.id)),
        expiresAt,
      })),
    ],
  };
}
