import { isOlder } from '../../graphql/cache/copies.ts';
import { createGoneRows } from './gone-rows.ts';
import type { LiveRow } from '../live-source.ts';

/** What has become of the rows since they were last settled. */
export interface Settled {
  /** Rows that came, changed or went. */
  changed: ReadonlySet<string>;
  /** Where the tail was cut: when the last row that is left was made. */
  cutAt: string | null;
}

/**
 * The rows of a live list: what is shown, what waits while it is held, and what must not come
 * back. Ids sort as the deliveries were made, newest last: of two rows, the one with the greater
 * id stands first. Knows nothing of requests. Reads of `ids` and `newCount` are as of the last `settle`.
 */
export interface LiveRows<Row extends LiveRow> {
  readonly ids: readonly string[];
  readonly newCount: number;
  /** Rows shown though they no longer belong, because the list is held. */
  readonly leaving: ReadonlySet<string>;
  get(id: string): Row | undefined;
  /** A change from the feed; the version decides whether it is news. */
  take(row: Row, isMember: boolean): void;
  /** A newer copy of a known row; its place stays. */
  put(row: Row): void;
  /** All rows anew, from the list's first page. */
  replace(page: readonly Row[], hasMore: boolean): void;
  /** The rows of a further page. */
  append(page: readonly Row[], hasMore: boolean): void;
  hold(isHeld: boolean): void;
  /** Lets in what waits and drops what no longer belongs, held or not. */
  showNew(): void;
  /** Makes it so, in one step however much has come. */
  settle(): Settled;
}

interface Entry<Row> {
  row: Row;
  /** The version in which the feed said that it belongs; the row itself may have been put here newer. */
  told: number;
  place: 'shown' | 'arriving' | 'waiting';
}

export function createLiveRows<Row extends LiveRow>(maxRows: number): LiveRows<Row> {
  const entries = new Map<string, Entry<Row>>();
  const gone = createGoneRows<Row>();
  /** Shown, though they no longer belong, because the list is held. */
  const leaving = new Set<string>();
  let ids: readonly string[] = [];
  let arriving: string[] = [];
  let hasDeparted = false;
  let changed = new Set<string>();
  /** Rows with lower ids are on pages that are not read yet. */
  let floor: string | null = null;
  let isHeld = false;
  let waiting = 0;
  /** Waited too, but would be beyond `maxRows` anyway. */
  let overflow = 0;
  /** Lower ids are among that overflow. */
  let overflowFrom: string | null = null;
  let isCutDue = false;

  function add(row: Row, told: number, place: 'arriving' | 'waiting'): void {
    entries.set(row.id, { row: gone.takeBack(row), told, place });
    changed.add(row.id);
    if (place === 'arriving') arriving.push(row.id);
    else if ((waiting += 1) > 2 * maxRows) dropOldestWaiting();
  }

  function remove(id: string, { place, row, told }: Entry<Row>): void {
    entries.delete(id);
    leaving.delete(id);
    changed.add(id);
    if (place === 'waiting') waiting -= 1;
    else if (place === 'shown') hasDeparted = true;
    gone.remember(row, told);
  }

  function renew(entry: Entry<Row>, row: Row): void {
    if (isOlder(row, entry.row)) return;
    entry.row = row;
    changed.add(row.id);
  }

  /** A list that is held overnight must not fill the memory. */
  function dropOldestWaiting(): void {
    const newestFirst = [...entries]
      .filter(([, { place }]) => place === 'waiting')
      .sort(([a], [b]) => (a < b ? 1 : -1));
    const oldest = newestFirst.slice(maxRows);
    for (const [id] of oldest) entries.delete(id);
    overflowFrom = newestFirst[maxRows - 1]?.[0] ?? null;
    waiting -= oldest.length;
    overflow += oldest.length;
  }

  function merged(): readonly string[] {
    const come = [...new Set(arriving)]
      .map((id) => ({ id, entry: entries.get(id) }))
      .filter(({ entry }) => entry?.place === 'arriving')
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const all: string[] = [];
    let at = 0;
    for (const { id, entry } of come) {
      if (entry === undefined) continue;
      for (let next = ids[at]; next !== undefined; next = ids[(at += 1)]) {
        if (next < id) break;
        all.push(next);
      }
      all.push(id);
      entry.place = 'shown';
    }
    return come.length === 0 ? ids : all.concat(ids.slice(at));
  }

  /** Where the tail was cut; null where it was not. */
  function cutTail(): string | null {
    if (ids.length <= maxRows && !isCutDue) return null;
    isCutDue = false;
    for (const id of ids.slice(maxRows)) {
      entries.delete(id);
      leaving.delete(id);
      changed.add(id);
    }
    ids = ids.slice(0, maxRows);
    const last = entries.get(ids.at(-1) ?? '');
    if (last === undefined) return null;
    floor = last.row.id;
    return last.row.createdAt;
  }

  return {
    get ids() {
      return ids;
    },
    get newCount() {
      return waiting + overflow;
    },
    leaving,
    get: (id) => entries.get(id)?.row,

    take(row, isMember) {
      const { id } = row;
      const entry = entries.get(id);
      if (entry === undefined) {
        if (gone.isNewerThan(row)) return;
        if (!isMember) return gone.remember(row, row.version);
        if (floor !== null && id < floor) return;
        if (!isHeld) add(row, row.version, 'arriving');
        else if (overflowFrom === null || id >= overflowFrom) add(row, row.version, 'waiting');
        return;
      }
      renew(entry, row);
      if (isOlder(row, { version: entry.told })) return;
      entry.told = row.version;
      if (isMember) leaving.delete(id);
      else if (isHeld && entry.place === 'shown') leaving.add(id);
      else remove(id, entry);
    },

    put(row) {
      const entry = entries.get(row.id);
      if (entry !== undefined && isOlder(entry.row, row)) renew(entry, row);
    },

    replace(page, hasMore) {
      const members = new Map<string, Entry<Row>>();
      for (const [id, entry] of entries) {
        changed.add(id);
        if (!leaving.has(id)) members.set(id, entry);
        gone.remember(entry.row, entry.told);
      }
      entries.clear();
      leaving.clear();
      ids = [];
      arriving = [];
      hasDeparted = true;
      waiting = 0;
      overflow = 0;
      overflowFrom = null;
      isCutDue = false;
      floor = null;
      for (const row of page) {
        const known = members.get(row.id);
        if (known !== undefined && isOlder(row, { version: known.told })) {
          add(known.row, known.told, 'arriving');
        } else if (!gone.isNewerThan(row)) {
          add(row, row.version, 'arriving');
        }
      }
      floor = floorOf(page, hasMore, null);
    },

    append(page, hasMore) {
      floor = floorOf(page, hasMore, floor);
      for (const row of page) {
        const entry = entries.get(row.id);
        if (entry !== undefined) renew(entry, row);
        else if (!gone.isNewerThan(row)) add(row, row.version, 'arriving');
      }
    },

    hold(hold) {
      if (hold === isHeld) return;
      isHeld = hold;
      if (!hold) this.showNew();
    },

    showNew() {
      for (const id of leaving) {
        const entry = entries.get(id);
        if (entry !== undefined) remove(id, entry);
      }
      if (waiting === 0 && overflow === 0) return;
      for (const [id, entry] of entries) {
        if (entry.place !== 'waiting') continue;
        if (floor !== null && id < floor) {
          entries.delete(id);
          continue;
        }
        entry.place = 'arriving';
        arriving.push(id);
      }
      isCutDue = overflow > 0;
      waiting = 0;
      overflow = 0;
      overflowFrom = null;
    },

    settle() {
      if (hasDeparted) ids = ids.filter((id) => entries.get(id)?.place === 'shown');
      if (arriving.length > 0) ids = merged();
      const cutAt = cutTail();
      const settled = { changed, cutAt };
      arriving = [];
      hasDeparted = false;
      changed = new Set();
      return settled;
    },
  };
}

/** The id of the last row that was read; null where nothing lies below it. */
function floorOf(page: readonly LiveRow[], hasMore: boolean, before: string | null): string | null {
  if (!hasMore) return null;
  const last = page.at(-1);
  if (last === undefined) return before;
  return before !== null && before < last.id ? before : last.id;
}
