import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const HINT_LENGTH = 10;

/** A secret made ready to sign with, so that no delivery decodes it again. */
export interface SigningKey {
  /** The whole string's UTF-8 bytes: the key of the brief's header. */
  readonly whole: KeyObject;
  /** The bytes that the string stands for: the key of Standard Webhooks. */
  readonly decoded: KeyObject;
}

/** A webhook's new secret: `whsec_` and the base64 of 32 random bytes. */
export function generateSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** The secret's first characters, by which people distinguish secrets: four of its 43 random ones. */
export function secretHint(secret: string): string {
  return secret.slice(0, HINT_LENGTH);
}

export function prepareSecret(secret: string): SigningKey {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  return {
    whole: createSecretKey(secret, 'utf8'),
    decoded: createSecretKey(encoded, 'base64'),
  };
}

/** A key and the end of its grace period; null for the current one. */
export interface DatedKey {
  readonly key: SigningKey;
  readonly expiresAt: Date | null;
}

/**
 * What signs at a moment: the current key first, then those still in their grace period.
 * @throws Error where there is no current one.
 */
export function keysAt(keys: readonly DatedKey[], at: Date): [SigningKey, ...SigningKey[]] {
  const [current, ...former] = keys;
  if (current === undefined) throw new Error('a webhook has no secret to sign with');
  if (former.length === 0) return [current.key];
  const inGrace = former.filter(({ expiresAt }) => expiresAt !== null && expiresAt > at);
  return [current.key, ...inGrace.map(({ key }) => key)];
}

/** The brief's `X-Webhook-Signature`: `sha256=` and the HMAC-SHA256 of the body in hex. */
export function briefSignature(secret: string | SigningKey, body: string): string {
  return `sha256=${createHmac('sha256', prepared(secret).whole).update(body).digest('hex')}`;
}

export interface StandardMessage {
  /** The current secret first, then those in their grace period. */
  secrets: readonly (string | SigningKey)[];
  /** The `webhook-id` header: the same at every attempt, and without a full stop. */
  id: string;
  /** The `webhook-timestamp` header: whole seconds since the epoch, of this attempt. */
  timestampSeconds: number;
  body: string;
}

/**
 * The `webhook-signature` header (Standard Webhooks, "Signature scheme"): for each secret `v1,` and
 * the base64 of HMAC-SHA256 over `id.timestamp.body`, separated by spaces.
 */
export function standardSignature(message: StandardMessage): string {
  const { secrets, id, timestampSeconds, body } = message;
  const content = `${id}.${timestampSeconds}.${body}`;
  return secrets
    .map((secret) => {
      const hmac = createHmac('sha256', prepared(secret).decoded).update(content);
      return `v1,${hmac.digest('base64')}`;
    })
    .join(' ');
}

function prepared(secret: string | SigningKey): SigningKey {
  return typeof secret === 'string' ? prepareSecret(secret) : secret;
}
