import { isOlder, laterOf } from '../../graphql/cache/copies.ts';
import type { LiveRow } from '../live-source.ts';

/** Rows that left a live list, for older copies of them may still be on their way. */
export interface GoneRows<Row extends LiveRow> {
  /** @param told the version in which the feed said that it leaves; the row itself may be newer. */
  remember(row: Row, told: number): void;
  /** Whether the row left in a later version than this copy. */
  isNewerThan(row: Row): boolean;
  /** A row that comes again, in the newest copy there is; it is forgotten here. */
  takeBack(row: Row): Row;
}

interface Gone<Row> {
  told: number;
  /** Its copy, where that was newer. */
  newer: Row | null;
}

const MOST_REMEMBERED = 20_000;

export function createGoneRows<Row extends LiveRow>(): GoneRows<Row> {
  /** By id, those that left first at first. */
  const gone = new Map<string, Gone<Row>>();

  const newestOf = (row: Row): Row => laterOf(gone.get(row.id)?.newer, row);

  return {
    remember(row, told) {
      const newest = newestOf(row);
      gone.delete(row.id);
      gone.set(row.id, { told, newer: isOlder({ version: told }, newest) ? newest : null });
      if (gone.size <= MOST_REMEMBERED) return;
      for (const oldest of gone.keys()) {
        gone.delete(oldest);
        break;
      }
    },
    isNewerThan: (row) => isOlder(row, { version: gone.get(row.id)?.told ?? 0 }),
    takeBack(row) {
      const newest = newestOf(row);
      gone.delete(row.id);
      return newest;
    },
  };
}
