/**
 * A place in the log of changes: the snapshot of PostgreSQL up to which it has been read. All
 * transactions below `xmax` that were not running then had ended, and what they changed was
 * seen; nothing can be added to them. (A sequence could not say this: its order is not that of
 * the commits.) Documented under "pg_snapshot components" in PostgreSQL's manual, section 9.27.8.
 */
export interface Position {
  /** The first transaction that had not begun. */
  readonly xmax: bigint;
  /** Those before it that were still running, lowest first. */
  readonly running: readonly bigint[];
  /** When it was taken, by the database's clock: milliseconds since the epoch. */
  readonly takenAt: number;
}

/** Reads the text of a pg_snapshot, `xmin:xmax:xip,xip…`. */
export function parseSnapshot(snapshot: string, takenAt: number): Position {
  const [, xmax = '', running = ''] = snapshot.split(':');
  return {
    xmax: BigInt(xmax),
    running: running === '' ? [] : running.split(',').map(BigInt),
    takenAt,
  };
}

/** Whether the changes of this transaction lie behind the position. */
export function includes(position: Position, xid: bigint): boolean {
  return xid < position.xmax && !position.running.includes(xid);
}

/** The low-water mark: every transaction below it lies behind the position. */
export function lowestMissing(position: Position): bigint {
  return position.running[0] ?? position.xmax;
}

/** The same position as it would be had no transaction from `xid` on been seen. */
export function cutBefore(position: Position, xid: bigint): Position {
  if (xid >= position.xmax) return position;
  return { ...position, xmax: xid, running: position.running.filter((each) => each < xid) };
}
