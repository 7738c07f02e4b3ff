import { graphql, type ResultOf } from '../graphql/graphql.ts';
import type { LiveSource } from './live-source.ts';

/** Everything that the page of one delivery shows. */
export const DeliveryDetailFragment = graphql(`
  fragment DeliveryDetail on Delivery @_unmask {
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
    requestBody
    attempts(last: 100) {
      id
      number
      startedAt
      durationMs
      requestHeaders {
        name
        value
        isSecret
      }
      responseStatusCode
      responseHeaders {
        name
        value
        isSecret
      }
      responseBody
      responseBodyTruncated
      errorCode
      errorMessage
    }
    event {
      id
      eventId
      type
      createdAt
      isTest
      webhooksNotified
      customer {
        id
        key
        name
      }
    }
    webhook {
      id
      name
      url
      isActive
      disabledReason
      deletedAt
      timeout
      headers {
        name
        value
        isSecret
      }
    }
  }
`);

/** A delivery with its attempts, its event and its webhook. */
export type DeliveryDetail = ResultOf<typeof DeliveryDetailFragment>;

/** One delivery by its global id. */
export const deliveryDetailDocument = graphql(
  `
    query DeliveryDetailById($id: ID!) {
      delivery(id: $id) {
        ...DeliveryDetail
      }
    }
  `,
  [DeliveryDetailFragment],
);

const pageDocument = graphql(
  `
    query DeliveryDetails($filter: DeliveryFilter, $first: Int!, $after: String) {
      deliveries(filter: $filter, first: $first, after: $after) {
        feedCursor
        nodes {
          ...DeliveryDetail
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [DeliveryDetailFragment],
);

const updatesDocument = graphql(
  `
    subscription DeliveryDetailUpdates($filter: DeliveryFilter, $after: String) {
      deliveryUpdated(filter: $filter, after: $after) {
        cursor
        changedAt
        toldAt
        matchesFilter
        delivery {
          ...DeliveryDetail
        }
      }
    }
  `,
  [DeliveryDetailFragment],
);

const rowsDocument = graphql(
  `
    query DeliveryDetailsById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Delivery {
          ...DeliveryDetail
        }
      }
    }
  `,
  [DeliveryDetailFragment],
);

/** The source of live lists of {@link DeliveryDetail}: for the few of one event and webhook. */
export const deliveryDetails: LiveSource<DeliveryDetail> = {
  page: pageDocument,
  updates: updatesDocument,
  rows: rowsDocument,
};
