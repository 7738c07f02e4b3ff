import { graphql } from '../../graphql/graphql.ts';

/** How much of a webhook waits. Counting takes the longer the more does: it is asked for where something waits only. */
export const HeldCountQuery = graphql(`
  query HeldCount($id: ID!) {
    webhook(id: $id) {
      id
      heldCount
    }
  }
`);
