import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What was sealed could not be opened. Says nothing of the content. */
export class SealError extends Error {
  constructor(fault: string) {
    super(fault);
    this.name = 'SealError';
  }
}

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE_START = 1;
const NONCE_BYTES = 12;
const TAG_START = NONCE_START + NONCE_BYTES;
const TAG_BYTES = 16;
const TEXT_START = TAG_START + TAG_BYTES;

/**
 * Encrypts a secret for one row: version byte, nonce, tag, AES-256-GCM of the text.
 * @param key 32 bytes.
 * @param rowId bound in as associated data, so that what was sealed opens in no other row.
 */
export function seal(plain: string, key: Buffer, rowId: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(rowId, 'utf8'));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
}

/**
 * Opens what {@link seal} closed.
 * @throws SealError where the key or the row is another, or a byte has changed.
 */
export function unseal(sealed: Uint8Array, key: Buffer, rowId: string): string {
  if (sealed.length < TEXT_START || sealed[0] !== VERSION) {
    throw new SealError('not a secret sealed by this version of the program');
  }
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(NONCE_START, TAG_START), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(rowId, 'utf8'));
  decipher.setAuthTag(sealed.subarray(TAG_START, TEXT_START));
  try {
    const text = decipher.update(sealed.subarray(TEXT_START));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new SealError('a sealed secret does not open: is SECRET_KEY the one it was sealed with?');
  }
}
