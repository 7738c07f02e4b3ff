import { z } from 'zod';

/** How many former secrets go on signing at once; of more, the oldest stops early. */
const PREVIOUS_SECRETS_MAX = 3;

const stored = z.array(z.object({ secret: z.base64(), expiresAt: z.iso.datetime() }));

/** A former secret in its grace period. */
interface PreviousSecret {
  /** As it was sealed when it was the current one. */
  sealed: Uint8Array;
  expiresAt: Date;
}

/** The column `Webhook.previousSecrets`, newest first. */
export function readPreviousSecrets(column: unknown): PreviousSecret[] {
  return stored.parse(column).map(({ secret, expiresAt }) => ({
    sealed: Buffer.from(secret, 'base64'),
    expiresAt: new Date(expiresAt),
  }));
}

/** The column with each secret changed, as it is sealed. */
export function changePreviousSecrets(column: unknown, change: (sealed: Buffer) => Buffer) {
  return stored.parse(column).map(({ secret, expiresAt }) => ({
    secret: change(Buffer.from(secret, 'base64')).toString('base64'),
    expiresAt,
  }));
}

/** For the column, without those whose grace period is over and those beyond the limit. */
export function writePreviousSecrets(secrets: readonly PreviousSecret[], now: Date) {
  return secrets
    .filter(({ expiresAt }) => expiresAt > now)
    .slice(0, PREVIOUS_SECRETS_MAX)
    .map(({ sealed, expiresAt }) => ({
      secret: Buffer.from(sealed).toString('base64'),
      expiresAt: expiresAt.toISOString(),
    }));
}

/** When the last of the former secrets stops signing; null where none signs any more. */
export function formerSecretsEnd(column: unknown, now: Date): Date | null {
  const ends = readPreviousSecrets(column)
    .map(({ expiresAt }) => expiresAt)
    .filter((expiresAt) => expiresAt > now)
    .toSorted((a, b) => b.getTime() - a.getTime());
  return ends[0] ?? null;
}
