/**
 * Global ids: base64url of `Type:id`, opaque to callers. The API answers them, and deliveries
 * carry theirs, so that what a receiver logged can be looked up as it is.
 */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`, 'utf8').toString('base64url');
}

/** Type and id of a global id; null where the text is none. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } | null {
  const text = Buffer.from(globalId, 'base64url').toString('utf8');
  const [, typename, id] = /^([A-Za-z]\w*):(.+)$/.exec(text) ?? [];
  if (typename === undefined || id === undefined) return null;
  // One object, one id: what only decodes leniently to the same is none of ours.
  return encodeGlobalId(typename, id) === globalId ? { typename, id } : null;
}
