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

/**
 * Keys of 32 bytes each. All is sealed under the first; the others are those before it, or the one that comes after
 * it, and open what is sealed under them.
 */
export type SecretKeys = readonly [current: Buffer, ...others: Buffer[]];

/** Where a sealed value stands; it opens nowhere else. */
export interface SealedPlace {
  rowId: string;
  /** The column, and which of its values where it holds several. */
  column: string;
}

/**
 * Encrypts a secret for one place: version byte, nonce, tag, AES-256-GCM of the text with the place
 * as associated data.
 */
export function seal(plain: string, [key]: SecretKeys, place: SealedPlace): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(VERSION, place));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
}

/**
 * Opens what {@link seal} closed, under any of the keys, also before columns were bound in.
 * @throws SealError where the key or the place is another, or a byte has changed.
 */
export function unseal(sealed: Uint8Array, keys: SecretKeys, place: SealedPlace): string {
  let fault: unknown;
  for (const key of keys) {
    try {
      return unsealUnder(sealed, key, place);
    } catch (error) {
      fault ??= error;
    }
  }
  throw fault;
}

/**
 * The same, sealed under the current key; null where it is already, as this version seals.
 * @throws SealError where no key opens it.
 */
export function resealed(sealed: Uint8Array, keys: SecretKeys, place: SealedPlace): Buffer | null {
  const [current] = keys;
  if (sealed[0] === VERSION && opensUnder(sealed, current, place)) return null;
  return seal(unseal(sealed, keys, place), keys, place);
}

function opensUnder(sealed: Uint8Array, key: Buffer, place: SealedPlace): boolean {
  try {
    unsealUnder(sealed, key, place);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

function unsealUnder(sealed: Uint8Array, key: Buffer, place: SealedPlace): string {
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
