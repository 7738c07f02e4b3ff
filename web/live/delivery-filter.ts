import type { VariablesOf } from '../graphql/graphql.ts';
import { graphql } from '../graphql/graphql.ts';

const filterDocument = graphql(`
  query DeliveryFilterShape($filter: DeliveryFilter!) {
    deliveries(filter: $filter) {
      feedCursor
    }
  }
`);

/** Which deliveries a list or a feed is of, as schema.graphql has it. */
export type DeliveryFilter = VariablesOf<typeof filterDocument>['filter'];
