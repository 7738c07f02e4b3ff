import { useQuery } from 'urql';

import { graphql } from '../graphql/graphql.ts';

const AnyCustomerQuery = graphql(`
  query AnyCustomer {
    customers(first: 1) {
      nodes {
        id
      }
    }
  }
`);

/** Whether the tenant has customers at all: without, what is theirs is not offered. */
export function useHasCustomers(): boolean {
  const [{ data }] = useQuery({ query: AnyCustomerQuery });
  return (data?.customers.nodes.length ?? 0) > 0;
}
