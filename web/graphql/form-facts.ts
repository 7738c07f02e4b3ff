import { useQuery } from 'urql';

import { graphql, type ResultOf } from './graphql.ts';

const FormFactsQuery = graphql(`
  query WebhookFormFacts {
    eventTypes(includeDeprecated: true) {
      id
      name
      group
      description
      sample
      deprecatedAt
    }
    installation {
      defaultTimeout
      retryDelays
    }
  }
`);

/** What a webhook can be set to here. */
export type FormFacts = ResultOf<typeof FormFactsQuery>;

/** Asks for it; it changes with the server alone. */
export function useFormFacts() {
  return useQuery({ query: FormFactsQuery });
}
