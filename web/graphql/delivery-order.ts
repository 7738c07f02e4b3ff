/**
 * A text by which deliveries stand in the server's order: of two, the greater comes first. The
 * server orders by row id, whose first part is the millisecond of `createdAt`; the rest decides
 * among deliveries of one event. A global id holds it in base64, which does not keep the order.
 */
export function rankOf({ id, createdAt }: { id: string; createdAt: string }): string {
  return `${createdAt} ${rowIdOf(id) ?? id}`;
}

const PREFIX = 'Delivery:';

/** Null where an id is not made as expected: then deliveries of one millisecond stand in any order. */
function rowIdOf(id: string): string | null {
  try {
    const text = atob(id.replaceAll('-', '+').replaceAll('_', '/'));
    return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : null;
  } catch {
    return null;
  }
}
