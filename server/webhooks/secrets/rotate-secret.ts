import { seal, type SecretKeys } from '../../domain/sealed-secret.ts';
import { generateSecret, secretHint } from '../../domain/delivery/signature.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type { PrismaClient, Webhook } from '../../generated/prisma/client.ts';
import {
  GRACE_DEFAULT,
  gracePeriodFaults,
  noSuchWebhook,
  notNull,
} from '../../domain/input-rules.ts';
import { withLockedWebhook } from '../changes/lock.ts';
import { readPreviousSecrets, writePreviousSecrets } from './previous-secrets.ts';
import { secretOf } from './sealed-places.ts';

export interface RotateSecretInput {
  webhookId: string;
  /** 0 to 604,800; 86,400 if omitted. 0: the old secret stops at once. */
  gracePeriodSeconds?: number | null | undefined;
}

/** A webhook with its secret in clear: shown this once, when it is made. */
export interface WebhookWithSecret {
  webhook: Webhook;
  secret: string;
}

/**
 * Gives a webhook a new secret. The one before goes on signing beside it until its grace period
 * is over, and so do up to two before that, each until its own.
 */
export async function rotateSecret(
  { prisma, secretKeys }: { prisma: PrismaClient; secretKeys: SecretKeys },
  tenantId: string,
  { webhookId, gracePeriodSeconds = GRACE_DEFAULT }: RotateSecretInput,
): Promise<Outcome<WebhookWithSecret>> {
  const path = ['input', 'gracePeriodSeconds'];
  if (gracePeriodSeconds === null) return { faults: [notNull(path, 'gracePeriodSeconds')] };
  const faults = gracePeriodFaults(gracePeriodSeconds, path);
  if (faults.length > 0) return { faults };

  const secret = generateSecret();
  const rotated = await withLockedWebhook(
    prisma,
    tenantId,
    webhookId,
    async ({ tx, webhook, now }) => {
      const former = {
        sealed: webhook.secret,
        expiresAt: new Date(now.getTime() + gracePeriodSeconds * 1_000),
      };
      // No grace is for a secret that has leaked, and it may be one before the last.
      const kept =
        gracePeriodSeconds === 0 ? [] : [former, ...readPreviousSecrets(webhook.previousSecrets)];
      return tx.webhook.update({
        where: { id: webhookId, tenantId },
        data: {
          secret: new Uint8Array(seal(secret, secretKeys, secretOf(webhookId))),
          secretHint: secretHint(secret),
          previousSecrets: writePreviousSecrets(kept, now),
          revision: { increment: 1 },
          updatedAt: now,
        },
      });
    },
  );
  return rotated === null
    ? { faults: [noSuchWebhook(['input', 'id'])] }
    : { value: { webhook: rotated, secret } };
}
