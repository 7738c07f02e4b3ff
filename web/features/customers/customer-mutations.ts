import { graphql } from '../../graphql/graphql.ts';

/** Makes a customer, or changes it. */
export const UpsertCustomerMutation = graphql(`
  mutation UpsertCustomer($input: CustomerUpsertInput!) {
    customerUpsert(input: $input) {
      customer {
        id
        key
        name
        metadata
        updatedAt
      }
      userErrors {
        field
        message
      }
    }
  }
`);

/** Erases a customer for good. */
export const EraseCustomerMutation = graphql(`
  mutation EraseCustomer($input: CustomerEraseInput!) {
    customerErase(input: $input) {
      erasedCustomerKey
      userErrors {
        message
      }
    }
  }
`);
