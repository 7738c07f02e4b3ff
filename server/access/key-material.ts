import { createHash, randomBytes } from 'node:crypto';

/** An API key's text, and what is kept of it. */

/** A new key: `nxs_` and 32 random bytes in base64url. Shown once; only its hash is kept. */
export function randomKey(): string {
  return `nxs_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of the key's UTF-8 bytes. No salt or stretching: a key is random, not a password. */
export function hashKey(key: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(key, 'utf8').digest());
}

/** The first characters, by which people distinguish keys: at most a quarter of a short one. */
export function hintOf(key: string): string {
  return key.slice(0, Math.min(8, Math.floor(key.length / 4)));
}
