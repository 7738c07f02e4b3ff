import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import {
  decodeGlobalId,
  decodeIdBeginning,
  encodeGlobalId,
} from '../../server/domain/global-id.ts';
import { newId } from '../../server/domain/identifiers.ts';

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const former = (typename: string, id: string) =>
  Buffer.from(`${typename}:${id}`).toString('base64url');

describe('a global id', () => {
  it('is a prefix and the uuid in Crockford’s base32', () => {
    // Worked out by hand: 16 bytes of 0x01, and of 0xff.
    expect(encodeGlobalId('Webhook', '01010101-0101-0101-0101-010101010101')).toBe(
      'wh_040g2081040g2081040g208104',
    );
    expect(encodeGlobalId('Event', 'ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(
      'evt_zzzzzzzzzzzzzzzzzzzzzzzzzw',
    );
  });

  it.each(['ApiKey', 'Delivery', 'Event', 'EventSubscription', 'Tenant', 'Webhook'])(
    'of a %s comes back as type and id',
    (typename) => {
      const prefixes = new Set<string>();
      for (let n = 0; n < 500; n += 1) {
        const id = n % 2 === 0 ? randomUUID() : newId();
        const globalId = encodeGlobalId(typename, id);
        // Fit for a URL, a header, and Standard Webhooks' signed content, which full stops divide.
        expect(globalId).toMatch(/^[a-z]{2,3}_[0-9a-hjkmnp-tv-z]{26}$/);
        expect(decodeGlobalId(globalId)).toEqual({ typename, id });
        prefixes.add(globalId.split('_')[0] ?? '');
      }
      expect(prefixes.size).toBe(1);
    },
  );

  it('of an attempt has its number', () => {
    const globalId = encodeGlobalId('DeliveryAttempt', `${UUID}:13`);
    expect(globalId).toMatch(/^att_\w{26}_13$/);
    expect(decodeGlobalId(globalId)).toEqual({ typename: 'DeliveryAttempt', id: `${UUID}:13` });
    expect(decodeGlobalId(globalId.replace('_13', ''))).toBeNull();
    expect(decodeGlobalId(`${encodeGlobalId('Delivery', UUID)}_13`)).toBeNull();
  });

  it('sorts as the objects were made', () => {
    const made = Array.from({ length: 2_000 }, () => encodeGlobalId('Delivery', newId()));
    expect(made.toSorted()).toEqual(made);
  });

  it.each([UUID, `${UUID}:3`])('is understood in its former form (%s)', (id) => {
    expect(decodeGlobalId(former('Delivery', id))).toEqual({ typename: 'Delivery', id });
  });

  it('is made for known types only', () => {
    expect(() => encodeGlobalId('Thing', UUID)).toThrow('Thing');
  });

  const good = encodeGlobalId('Event', UUID);
  it.each([
    ['nothing', ''],
    ['an id of its own', UUID],
    ['of a type that is none', good.replace('evt', 'xyz')],
    ['in capitals', good.toUpperCase()],
    ['shorter', good.slice(0, -1)],
    ['longer', `${good}0`],
    ['with another letter', good.replace(/.$/, 'u')],
    ['with bits that no uuid has', good.replace(/.$/, '1')],
    ['with white space', `${good} `],
    ['of a former type that is none', former('Thing', UUID)],
    ['the former form with no id', former('Delivery', '')],
    ['the former form with no type', former('', UUID)],
    ['the former form with padding', `${former('Event', UUID)}=`],
    ['the former form of what is no uuid', former('Event', 'x')],
    ['what is no base64', '!!!'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]).toString('base64url')],
  ])('is not %s', (_what, text) => {
    expect(decodeGlobalId(text)).toBeNull();
  });
});

describe('the beginning of a global id', () => {
  it.each([6, 7, 13, 25, 26])(
    'of %i characters holds all ids that begin so, and no other',
    (length) => {
      const ids = Array.from({ length: 200 }, () => newId(Math.floor(Math.random() * 2 ** 45)));
      for (const id of ids) {
        const text = encodeGlobalId('Event', id).slice(0, 'evt_'.length + length);
        const found = decodeIdBeginning(text);
        expect(found?.typename).toBe('Event');
        const { first = '', last = '' } = found ?? {};
        for (const other of ids) {
          const isWithin = other >= first && other <= last;
          expect(isWithin).toBe(encodeGlobalId('Event', other).startsWith(text));
        }
      }
    },
  );

  it.each([
    ['too few characters', 'evt_06gq8'],
    ['no prefix', '06gq8abc'],
    ['another prefix', 'xyz_06gq8abc'],
    ['a letter that is none', 'evt_06gq8abl'],
    ['capitals', 'evt_06GQ8ABC'],
    ['more than an id', `${encodeGlobalId('Event', UUID)}0`],
    ['an end that no uuid has', encodeGlobalId('Event', UUID).replace(/.$/, '1')],
  ])('is not %s', (_what, text) => {
    expect(decodeIdBeginning(text)).toBeNull();
  });
});
