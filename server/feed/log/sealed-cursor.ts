import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { decodeCursor, encodeCursor, InvalidCursor } from './cursor.ts';
import type { Position } from './position.ts';
import type { SecretKeys } from '../../domain/sealed-secret.ts';

/**
 * Cursors as clients get them: sealed, for a position counts the transactions of the whole
 * database, from which each tenant could see how busy the others are.
 */
export interface Cursors {
  /** The same text for the same object. */
  seal(position: Position): string;
  /**
   * Takes cursors of versions that did not seal them too.
   * @throws InvalidCursor where it is none.
   */
  open(cursor: string): Position;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Before it is sealed a cursor has 65,536 characters at most. */
const LONGEST = 131_072;

/** @param secretKeys those of all processes, so that each can open what another has sealed. */
export function createCursors(secretKeys: SecretKeys): Cursors {
  const [current, ...others] = secretKeys;
  const key = cursorKeyOf(current);
  const keys = [key, ...others.map(cursorKeyOf)];
  // Of one change's position, which all its readers share, one cursor is made.
  const made = new WeakMap<Position, string>();

  function seal(position: Position): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    const text = Buffer.concat([cipher.update(encodeCursor(position), 'latin1'), cipher.final()]);
    return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
  }

  return {
    seal(position) {
      const present = made.get(position);
      if (present !== undefined) return present;
      const sealed = seal(position);
      made.set(position, sealed);
      return sealed;
    },
    open(cursor) {
      if (cursor.length > LONGEST) throw new InvalidCursor();
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= NONCE_BYTES + TAG_BYTES) return decodeCursor(cursor);
      for (const each of keys) {
        const text = openUnder(each, bytes);
        if (text !== null) return decodeCursor(text);
      }
      return decodeCursor(cursor);
    },
  };
}

function cursorKeyOf(secretKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'feed cursor', 32));
}

function openUnder(key: Buffer, bytes: Buffer): string | null {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('latin1');
  } catch {
    return null;
  }
}
