import type { Position } from './position.ts';

/** How long a cursor is good for; the log is kept an hour longer. */
export const CURSOR_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** The text is no cursor of this feed. */
export class InvalidCursor extends Error {
  constructor() {
    super('This is no cursor of the feed; pass one that the feed or a list has given');
    this.name = 'InvalidCursor';
  }
}

/** What changed since the cursor is no longer known: the list is to be read again. */
export class ExpiredCursor extends Error {
  constructor() {
    super('This cursor is older than 24 hours; read the list again');
    this.name = 'ExpiredCursor';
  }
}

/** Far more than the transactions that one server can run at a time. */
const LONGEST_CURSOR = 65_536;
const LARGEST_XID = 2n ** 63n - 1n;
const SHAPE = /^1\.([0-9a-z]{1,10})\.(\d{1,19})\.((?:[0-9a-z]{1,10},)*[0-9a-z]{1,10})?\.$/;

/** Opaque to clients: version, time of issue, xmax, how far below it the running ones lay, and an end mark, so that a cut-off cursor is noticed. */
export function encodeCursor({ xmax, running, takenAt }: Position): string {
  const distances = running.map((xid) => (xmax - xid).toString(36));
  return Buffer.from(`1.${takenAt.toString(36)}.${xmax}.${distances.join(',')}.`).toString(
    'base64url',
  );
}

/**
 * The position that a cursor stands for.
 * @throws InvalidCursor where it is none.
 */
export function decodeCursor(cursor: string): Position {
  if (cursor.length > LONGEST_CURSOR) throw new InvalidCursor();
  const parts = SHAPE.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!parts) throw new InvalidCursor();
  const [, takenAt = '', xmaxText = '', distances] = parts;
  const xmax = BigInt(xmaxText);
  const running = distances?.split(',').map((each) => xmax - BigInt(parseInt(each, 36))) ?? [];
  const isOrdered = running.every((xid, at) => xid > (running[at - 1] ?? 0n) && xid < xmax);
  if (xmax > LARGEST_XID || !isOrdered) throw new InvalidCursor();
  return { xmax, running, takenAt: parseInt(takenAt, 36) };
}

/**
 * Whether a cursor can still be followed, by where the database stands now. One from the future
 * comes from a database that has been reset since.
 * @throws ExpiredCursor where it can't.
 */
export function assertFollowable(cursor: Position, now: Position): void {
  const age = now.takenAt - cursor.takenAt;
  if (age > CURSOR_LIFETIME_MS || cursor.xmax > now.xmax) throw new ExpiredCursor();
}
