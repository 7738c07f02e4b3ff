import { UUID, V7Generator } from 'uuidv7';

/**
 * Ids made one after the other for one millisecond rise. Without an allowance for clocks that go
 * back, an id always holds the millisecond it was asked for.
 */
const generator = new V7Generator();
generator.setRollbackAllowance(0);

const TIMESTAMP_HEX = 12;

/**
 * A uuid v7 (RFC 9562, section 5.7) of exactly that millisecond.
 * @param atMs whole milliseconds since the epoch, 0 to 2^48 - 1; now if omitted.
 * @throws RangeError outside of that.
 */
export function newId(atMs: number = Date.now()): string {
  for (;;) {
    const id = generator.generateOrResetWithTs(atMs).toString();
    // At an overflow of its counter the generator goes on in the next millisecond.
    if (millisOf(id) === atMs) return id;
  }
}

/**
 * The smallest uuid v7 of a millisecond: ids made from `a` on and before `b` are those from
 * `lowestIdAt(a)` up to but without `lowestIdAt(b)`.
 * @param ms whole milliseconds since the epoch, 0 to 2^48 - 1.
 * @throws RangeError outside of that.
 */
export function lowestIdAt(ms: number): string {
  return UUID.fromFieldsV7(ms, 0, 0, 0).toString();
}

/** Milliseconds since the epoch at which a uuid v7 was made. */
export function millisOf(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, TIMESTAMP_HEX), 16);
}

/** Before all ids that are made, and none of them. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a uuid of any version as this program writes it: lower case, with hyphens. */
export function isUuid(text: string): boolean {
  return CANONICAL.test(text);
}
