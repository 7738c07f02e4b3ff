import { graphql, type ResultOf } from '../graphql/graphql.ts';
import type { LiveSource } from './live-source.ts';

/** What a row of a list of deliveries shows. Its type is plain, not masked: rows are merged by hand. */
export const DeliveryRowFragment = graphql(`
  fragment DeliveryRow on Delivery @_unmask {
    __typename
    id
    version
    status
    createdAt
    updatedAt
    completedAt
    nextAttemptAt
    attemptCount
    maxAttempts
    failureReason
    isTest
    webhook {
      id
      name
      url
    }
    event {
      id
      eventId
      type
    }
    lastAttempt {
      id
      number
      startedAt
      durationMs
      responseStatusCode
      errorCode
      errorMessage
    }
  }
`);

/** A delivery as lists show it. */
export type DeliveryRow = ResultOf<typeof DeliveryRowFragment>;

const pageDocument = graphql(
  `
    query DeliveryRows($filter: DeliveryFilter, $first: Int!, $after: String) {
      deliveries(filter: $filter, first: $first, after: $after) {
        feedCursor
        nodes {
          ...DeliveryRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [DeliveryRowFragment],
);

const updatesDocument = graphql(
  `
    subscription DeliveryRowUpdates($filter: DeliveryFilter, $after: String) {
      deliveryUpdated(filter: $filter, after: $after) {
        cursor
        changedAt
        toldAt
        matchesFilter
        delivery {
          ...DeliveryRow
        }
      }
    }
  `,
  [DeliveryRowFragment],
);

const rowsDocument = graphql(
  `
    query DeliveryRowsById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Delivery {
          ...DeliveryRow
        }
      }
    }
  `,
  [DeliveryRowFragment],
);

/** The source of live lists of {@link DeliveryRow}. */
export const deliveryRows: LiveSource<DeliveryRow> = {
  page: pageDocument,
  updates: updatesDocument,
  rows: rowsDocument,
};
