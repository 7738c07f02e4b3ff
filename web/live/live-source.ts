import type { TypedDocumentNode } from '@urql/core';

import type { Copy } from '../graphql/cache/copies.ts';
import type { DeliveryFilter } from './delivery-filter.ts';

/** What a live list needs to know of a delivery; a source's own fragment may select more. */
export interface LiveRow extends Copy {
  readonly id: string;
  readonly createdAt: string;
}

export interface LivePageVariables {
  filter: DeliveryFilter;
  first: number;
  after: string | null;
}

export interface LivePageData<Row> {
  readonly deliveries: {
    /** Where the feed stood just before the page was read. */
    readonly feedCursor: string;
    readonly nodes: readonly Row[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

export interface LiveUpdateVariables {
  filter: DeliveryFilter;
  after: string;
}

export interface LiveUpdateData<Row> {
  readonly deliveryUpdated: {
    readonly cursor: string;
    readonly changedAt: string;
    readonly toldAt: string;
    /** False where the delivery has just left the filter. */
    readonly matchesFilter: boolean;
    readonly delivery: Row;
  };
}

export interface LiveRowsVariables {
  /** At most 100. */
  ids: string[];
  [name: string]: unknown;
}

export interface LiveRowsData<Row> {
  /** Null for what was deleted; no `version` in what is no delivery. */
  readonly nodes: readonly (Row | { readonly __typename: string } | null)[];
}

/**
 * The documents that a live list of deliveries is made from. All select the same of a row,
 * `__typename` with it: by that the newest copies are known (newest-delivery-exchange.ts).
 */
export interface LiveSource<Row extends LiveRow> {
  readonly page: TypedDocumentNode<LivePageData<Row>, LivePageVariables>;
  readonly updates: TypedDocumentNode<LiveUpdateData<Row>, LiveUpdateVariables>;
  /** Some rows by their ids, whatever filter they fit. */
  readonly rows: TypedDocumentNode<LiveRowsData<Row>, LiveRowsVariables>;
}
