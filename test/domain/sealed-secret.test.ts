import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { seal, SealError, unseal } from '../../server/domain/sealed-secret.ts';

const key = randomBytes(32);
const secret = 'whsec_geheim 😀';

describe('a sealed secret', () => {
  it('opens with its key and row, and looks different each time', () => {
    const sealed = seal(secret, key, 'row-1');
    expect(unseal(sealed, key, 'row-1')).toBe(secret);
    expect(unseal(new Uint8Array(sealed), key, 'row-1')).toBe(secret);
    expect(unseal(seal('', key, 'row-1'), key, 'row-1')).toBe('');
    expect(sealed.equals(seal(secret, key, 'row-1'))).toBe(false);
    expect(sealed.includes(Buffer.from('geheim'))).toBe(false);
  });

  it('opens with no other key, in no other row, and not after any change', () => {
    const sealed = seal(secret, key, 'row-1');
    expect(() => unseal(sealed, randomBytes(32), 'row-1')).toThrow(SealError);
    expect(() => unseal(sealed, key, 'row-2')).toThrow(SealError);
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      expect(() => unseal(changed, key, 'row-1')).toThrow(SealError);
      expect(() => unseal(sealed.subarray(0, place), key, 'row-1')).toThrow(SealError);
    }
  });
});
