import { createCipheriv, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import {
  resealed,
  seal,
  SealError,
  unseal,
  type SecretKeys,
} from '../../server/domain/sealed-secret.ts';

const rawKey = randomBytes(32);
const key: SecretKeys = [rawKey];
const secret = 'whsec_geheim 😀';
const place = { rowId: 'row-1', column: 'Webhook.secret' };

describe('a sealed secret', () => {
  it('opens with its key and row, and looks different each time', () => {
    const sealed = seal(secret, key, place);
    expect(unseal(sealed, key, place)).toBe(secret);
    expect(unseal(new Uint8Array(sealed), key, place)).toBe(secret);
    expect(unseal(seal('', key, place), key, place)).toBe('');
    expect(sealed.equals(seal(secret, key, place))).toBe(false);
    expect(sealed.includes(Buffer.from('geheim'))).toBe(false);
  });

  it('opens with no other key, in no other row, and not after any change', () => {
    const sealed = seal(secret, key, place);
    expect(() => unseal(sealed, [randomBytes(32)], place)).toThrow(SealError);
    for (const other of [{ rowId: 'row-2' }, { column: 'Webhook.headers.authorization' }]) {
      expect(() => unseal(sealed, key, { ...place, ...other })).toThrow(SealError);
    }
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => unseal(changed, key, place)).toThrow(SealError);
      expect(() => unseal(sealed.subarray(0, at), key, place)).toThrow(SealError);
    }
  });

  it('opens under any of several keys, and is sealed under the first', () => {
    const [next, before] = [randomBytes(32), randomBytes(32)];
    const sealed = seal(secret, [before], place);
    expect(unseal(sealed, [next, before], place)).toBe(secret);
    expect(() => unseal(sealed, [next], place)).toThrow(SealError);
    expect(unseal(seal(secret, [next, before], place), [next], place)).toBe(secret);
  });

  it('is sealed anew under the first key where it is under another, and left where it is not', () => {
    const [next, before] = [randomBytes(32), randomBytes(32)];
    const anew = resealed(seal(secret, [before], place), [next, before], place);
    expect(anew && unseal(anew, [next], place)).toBe(secret);
    expect(anew && resealed(anew, [next, before], place)).toBeNull();
    expect(() => resealed(seal(secret, key, place), [next, before], place)).toThrow(SealError);
  });

  it('opens as it was sealed before columns were bound in, in its row alone', () => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', rawKey, nonce);
    cipher.setAAD(Buffer.from('row-1'));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const former = Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), text]);
    expect(unseal(former, key, place)).toBe(secret);
    expect(() => unseal(former, key, { ...place, rowId: 'row-2' })).toThrow(SealError);
    former.writeUInt8(2, 0);
    expect(() => unseal(former, key, place)).toThrow(SealError);
  });
});
