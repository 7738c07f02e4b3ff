import type { Client } from '@urql/core';

import type { LiveRow, LiveSource } from '../live-source.ts';
import { ownCopyContext, ownRequest } from '../../graphql/cache/own-copy.ts';

/** Keeps reading rows that the feed no longer reports, for they no longer fit the filter. */
export interface LeavingRows {
  /** Reads soon, where there are any. */
  follow(): void;
  stop(): void;
}

/** How often they are read. */
const EVERY_MS = 1_500;
/** So many of them: as many as the API gives at once, and more than are in view. */
const MOST = 100;

export interface LeavingRowsOptions<Row extends LiveRow> {
  client: Client;
  source: LiveSource<Row>;
  /** Those in view: whoever sees a row is shown the truth. */
  ids(): readonly string[];
  /** Takes what came, however little. */
  take(rows: readonly Row[]): void;
}

/** For a list that is held, which keeps rows that no longer fit: what they show stays true. */
export function createLeavingRows<Row extends LiveRow>(
  options: LeavingRowsOptions<Row>,
): LeavingRows {
  const { client, source, ids, take } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(): Promise<void> {
    const mine = timer;
    const wanted = ids().slice(0, MOST);
    if (wanted.length === 0) return stop();
    const request = ownRequest(source.rows, { ids: wanted });
    const { data } = await client.executeQuery(request, ownCopyContext('page')).toPromise();
    if (timer !== mine) return;
    timer = undefined;
    take((data?.nodes ?? []).filter((node) => node !== null && 'version' in node));
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    follow() {
      if (timer === undefined && ids().length > 0) timer = setTimeout(() => void read(), EVERY_MS);
    },
    stop,
  };
}
