import { describe, expect, it } from 'vitest';
import { decodeGlobalId, encodeGlobalId } from '../../server/domain/global-id.ts';

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('a global id', () => {
  it.each([UUID, `${UUID}:3`])('comes back as type and id (%s)', (id) => {
    const globalId = encodeGlobalId('Delivery', id);
    expect(decodeGlobalId(globalId)).toEqual({ typename: 'Delivery', id });
    // Fit for a URL, a header, and Standard Webhooks' signed content, which full stops divide.
    expect(globalId).toMatch(/^[\w-]+$/);
  });

  it('differs by type', () => {
    expect(encodeGlobalId('Delivery', UUID)).not.toBe(encodeGlobalId('Webhook', UUID));
  });

  it.each([
    ['nothing', ''],
    ['an id of its own', UUID],
    ['no id', encodeGlobalId('Delivery', '')],
    ['no type', encodeGlobalId('', UUID)],
    ['base64 with padding', `${encodeGlobalId('Event', UUID)}=`],
    ['white space inside', `${encodeGlobalId('Event', UUID)} `],
    ['what is no base64', '!!!'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]).toString('base64url')],
  ])('is not %s', (_what, text) => {
    expect(decodeGlobalId(text)).toBeNull();
  });
});
