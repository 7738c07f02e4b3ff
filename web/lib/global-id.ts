/** The former form of ids, base64url of `Type:uuid`, which old links and bookmarks still have. */
const FORMER = /^(Delivery|Event|Webhook):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const PREFIXES: Record<string, string> = { Delivery: 'dlv', Event: 'evt', Webhook: 'wh' };
/** Crockford's base32, as the server writes ids. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id from an address as the server writes it now; what is none stays as it is. */
export function currentId(id: string): string {
  const [, typename = '', uuid = ''] = FORMER.exec(decoded(id)) ?? [];
  const prefix = PREFIXES[typename];
  if (prefix === undefined) return id;
  const bits = BigInt(`0x${uuid.replaceAll('-', '')}`) << 2n;
  let text = '';
  for (let at = 125n; at >= 0n; at -= 5n) text += ALPHABET.charAt(Number((bits >> at) & 31n));
  return `${prefix}_${text}`;
}

/** Whether a text is an id as the server writes it now (server/domain/global-id.ts). */
export const isGlobalId = (text: string): boolean => /^(?:dlv|evt|wh)_[0-9a-z]{26}$/.test(text);

function decoded(id: string): string {
  try {
    return atob(id.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}
