import {
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type DocumentNode,
  Kind,
  parse,
  type ParseOptions,
  type Source,
} from 'graphql';

import type { Limits } from '../../env.ts';
import { measure } from './document-size.ts';
import { queryTooComplex } from '../errors/errors.ts';

/** The bounds on what one operation may ask for, alike on HTTP and WebSocket. */
export type DocumentLimits = Limits['graphql'];

/** Tools ask for the schema once. */
const MAX_INTROSPECTIONS = 3;

/**
 * Parses a document of at most `limits.tokens` tokens.
 * @throws QUERY_TOO_COMPLEX beyond, and GraphQL's own syntax error.
 */
export function parseWithin(
  limits: DocumentLimits,
  source: string | Source,
  options?: ParseOptions,
): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: limits.tokens });
  } catch (error) {
    if (error instanceof GraphQLError && /tokens\. Parsing aborted/.test(error.message)) {
      throw queryTooComplex(
        `The document has more than ${limits.tokens} tokens; payloads go in variables.`,
      );
    }
    throw error;
  }
}

/**
 * What an operation exceeds; null where it fits. Depth and aliases are known before validation
 * (which a document made for it could keep busy); the cost needs the variables.
 */
export function exceeded(
  limits: DocumentLimits,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation?: { name: string | null | undefined; variables: Readonly<Record<string, unknown>> },
): GraphQLError | null {
  const chosen = operation && getOperationAST(document, operation.name);
  const operations = chosen
    ? [chosen]
    : document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  for (const each of operations) {
    const size = measure(schema, document, each, operation?.variables ?? {});
    if (size.introspections > MAX_INTROSPECTIONS) {
      return queryTooComplex(
        `The operation asks for __schema or __type ${size.introspections} times; ${MAX_INTROSPECTIONS} is the limit.`,
      );
    }
    if (size.depth > limits.depth) {
      return queryTooComplex(`The operation is ${size.depth} deep; ${limits.depth} is the limit.`);
    }
    if (size.aliases > limits.aliases) {
      return queryTooComplex(
        `The operation has ${size.aliases} aliases; ${limits.aliases} is the limit.`,
      );
    }
    if (operation !== undefined && size.cost > limits.cost) {
      return queryTooComplex(
        `The operation costs ${size.cost} (fields, times the length of their lists); ${limits.cost} is the limit. Ask for smaller pages or fewer fields.`,
      );
    }
  }
  return null;
}
