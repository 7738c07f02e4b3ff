import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What was sealed could not be opened. Says nothing of the content. */
export class SealError extends Error {
  constructor(fault: string) {
    super(fault);
    this.name = 'SealError';
  }
}

const CIPHER = 'aes-256-gcm';
/** Bound to row and column. */
const VERSION = 2;
/** Bound to the row alone. */
const FORMER_VERSION = 1;
const NONCE_START = 1;
const NONCE_BYTES = 12;
const TAG_START = NONCE_START + NONCE_BYTES;
const TAG_BYTES = 16;
const TEXT_START = TAG_START + TAG_BYTES;

/** Where a sealed value stands; it opens nowhere else. */
export interface SealedPlace {
  rowId: string;
  /** The column, and which of its values where it holds several. */
  column: string;
}

/**
 * Encrypts a secret for one place: version byte, nonce, tag, AES-256-GCM of the text with the place
 * as associated data.
 * @param key 32 bytes.
 */
export function seal(plain: string, key: Buffer, place: SealedPlace): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(VERSION, place));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
}

/**
 * Opens what {@link seal} closed, also before columns were bound in.
 * @throws SealError where the key or the place is another, or a byte has changed.
 */
export function unseal(sealed: Uint8Array, key: Buffer, place: SealedPlace): string {
  const version = sealed[0];
  if (sealed.length < TEXT_START || (version !== VERSION && version !== FORMER_VERSION)) {
    throw new SealError('not a secret sealed by this version of the program');
  }
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(NONCE_START, TAG_START), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(version, place));
  decipher.setAuthTag(sealed.subarray(TAG_START, TEXT_START));
  try {
    const text = decipher.update(sealed.subarray(TEXT_START));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new SealError('a sealed secret does not open: is SECRET_KEY the one it was sealed with?');
  }
}

function associatedData(version: number, { rowId, column }: SealedPlace): Buffer {
  return Buffer.from(version === FORMER_VERSION ? rowId : `${column} of ${rowId}`, 'utf8');
}
