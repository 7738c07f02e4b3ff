import { GraphQLError } from 'graphql';

/** Characters of an error's message: GraphQL quotes names from the document, however long they are. */
const MOST = 1_024;

export const isTooLong = ({ message }: GraphQLError) => message.length > MOST;

/** The error itself, or one with the beginning of its message. */
export function shortened(error: GraphQLError): GraphQLError {
  if (!isTooLong(error)) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(`${error.message.slice(0, MOST - 1)}…`, {
    ...{ nodes: nodes ?? null, source: source ?? null, positions: positions ?? null },
    ...{ path: path ?? null, extensions },
  });
}
