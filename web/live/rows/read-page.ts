import type { Client, CombinedError } from '@urql/core';

import type { LivePageData, LivePageVariables, LiveRow, LiveSource } from '../live-source.ts';
import { ownCopyContext, ownRequest } from '../../graphql/cache/own-copy.ts';

export type LivePage<Row> = LivePageData<Row>['deliveries'];

/** One page of a live list, as the server has it now. */
export async function readPage<Row extends LiveRow>(
  client: Client,
  source: LiveSource<Row>,
  variables: LivePageVariables,
): Promise<{ page: LivePage<Row> } | { error: CombinedError | null }> {
  const request = ownRequest(source.page, { ...variables });
  const { data, error } = await client.executeQuery(request, ownCopyContext('page')).toPromise();
  if (error !== undefined || data === undefined || data === null) return { error: error ?? null };
  return { page: data.deliveries };
}
