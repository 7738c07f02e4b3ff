import { isUuid } from './identifiers.ts';

/**
 * Global ids: a prefix for the type, and the row's uuid in 26 characters of Crockford's
 * base32 (`dlv_06gq8…`), which sort as the uuids do and so as the objects were made. An attempt has
 * its number behind that of its delivery (`att_06gq8…_3`). They are the same in the API, in the
 * headers that receivers get, in links and in logs.
 *
 * Before, they were base64url of `Type:uuid`; those are still understood.
 */
const PREFIXES: Record<string, string> = {
  ApiKey: 'key',
  Customer: 'cus',
  Delivery: 'dlv',
  DeliveryAttempt: 'att',
  Event: 'evt',
  EventSubscription: 'sub',
  EventType: 'typ',
  Recovery: 'rec',
  Tenant: 'ten',
  Webhook: 'wh',
};
const TYPES = new Map(Object.entries(PREFIXES).map(([typename, prefix]) => [prefix, typename]));

/**
 * @param id a uuid, and for an attempt `:number` behind it.
 * @throws Error for a type that has no prefix.
 */
export function encodeGlobalId(typename: string, id: string): string {
  const prefix = PREFIXES[typename];
  if (prefix === undefined) throw new Error(`${typename} has no prefix for its ids`);
  const at = id.indexOf(':');
  return at === -1
    ? `${prefix}_${base32OfUuid(id)}`
    : `${prefix}_${base32OfUuid(id.slice(0, at))}_${id.slice(at + 1)}`;
}

/** Type and id of a global id; null where the text is none. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } | null {
  const [, prefix = '', text = '', number] =
    /^([a-z]+)_([0-9a-hjkmnp-tv-z]{26})(?:_([1-9]\d*))?$/.exec(globalId) ?? [];
  const typename = TYPES.get(prefix);
  if (typename === undefined) return decodeFormer(globalId);
  const uuid = uuidOfBase32(text);
  if (uuid === null || (number !== undefined) !== (typename === 'DeliveryAttempt')) return null;
  return { typename, id: number === undefined ? uuid : `${uuid}:${number}` };
}

/** Of the base32, beginning with the time: fewer characters would stand for hours and more. */
const FEWEST_OF_PART = 6;

/**
 * The first and the last uuid whose global id begins with a text that breaks off within its id:
 * `dlv_06gq8ab…`. Null where it is none, or has fewer than six characters of the id.
 */
export function decodeIdBeginning(
  text: string,
): { typename: string; first: string; last: string } | null {
  const [, prefix = '', part = ''] = /^([a-z]+)_([0-9a-hjkmnp-tv-z]+)$/.exec(text) ?? [];
  const typename = TYPES.get(prefix);
  if (typename === undefined || part.length < FEWEST_OF_PART || part.length > 26) return null;
  const first = uuidOfBase32(part.padEnd(26, '0'));
  // The last character has two bits of a uuid's four less: the highest that fits is w, 11100.
  const last = uuidOfBase32(part.length === 26 ? part : `${part.padEnd(25, 'z')}w`);
  return first === null || last === null ? null : { typename, first, last };
}

function decodeFormer(globalId: string): { typename: string; id: string } | null {
  const text = Buffer.from(globalId, 'base64url').toString('utf8');
  const [, typename = '', id = ''] = /^([A-Za-z]\w*):(.+)$/.exec(text) ?? [];
  if (!Object.hasOwn(PREFIXES, typename) || !isUuid(id.split(':', 1)[0] ?? '')) return null;
  // One object, one id: what only decodes leniently to the same is none of ours.
  return Buffer.from(text, 'utf8').toString('base64url') === globalId ? { typename, id } : null;
}

/** Crockford's, in lower case: no i, l, o and u, which are taken for others. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Each number of ten bits in two characters. */
const PAIRS = Array.from(
  { length: 1_024 },
  (_, bits) => ALPHABET.charAt(bits >> 5) + ALPHABET.charAt(bits & 31),
);

/** 40 bits, ten hexadecimal digits, are eight characters; of the last two the lowest bits are 0. */
function base32OfUuid(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  let text = '';
  for (let at = 0; at < 30; at += 10) {
    const high = Number.parseInt(hex.slice(at, at + 5), 16);
    const low = Number.parseInt(hex.slice(at + 5, at + 10), 16);
    text += pair(high >> 10) + pair(high & 1_023) + pair(low >> 10) + pair(low & 1_023);
  }
  return text + pair(Number.parseInt(hex.slice(30), 16) << 2);
}

function pair(bits: number): string {
  const characters = PAIRS[bits];
  if (characters === undefined) throw new Error('a global id is made of a uuid');
  return characters;
}

/** Null where the bits that no uuid has are not 0. */
function uuidOfBase32(text: string): string | null {
  let hex = '';
  let bits = 0;
  let length = 0;
  for (const character of text) {
    bits = (bits << 5) | ALPHABET.indexOf(character);
    length += 5;
    while (length >= 4) {
      length -= 4;
      hex += (bits >> length).toString(16);
      bits &= (1 << length) - 1;
    }
  }
  // 130 bits: 32 digits, and two bits more.
  if (bits !== 0 || hex.length !== 32) return null;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
