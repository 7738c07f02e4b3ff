import {
  getNamedType,
  getNullableType,
  getOperationAST,
  type GraphQLInputType,
  isInputObjectType,
  isInputType,
  isListType,
  typeFromAST,
} from 'graphql';
import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';

import { ExactNumber } from '../../domain/json/exact-number.ts';

type Variables = Record<string, unknown>;

/** Variables in which an {@link ExactNumber} stands: few have one. */
const exactVariables = new WeakSet<object>();

/** Says of variables, when they are read, that an {@link ExactNumber} stands in them. */
export function noteExactVariables(variables: object): void {
  exactVariables.add(variables);
}

/** Numbers are kept as written for JSON values; every other type gets the plain number it knows. */
export function exactNumbersForJsonOnly(): Plugin {
  const settle = (args: ExecutionArgs) => {
    const variables = args.variableValues;
    if (!variables || !exactVariables.has(variables)) return;
    args.variableValues = plainBesideJson(args, variables);
  };
  return {
    onExecute: ({ args }) => settle(args),
    onSubscribe: ({ args }) => settle(args),
  };
}

function plainBesideJson(
  { schema, document, operationName }: ExecutionArgs,
  variables: Variables,
): Variables {
  const settled = { ...variables };
  const operation = getOperationAST(document, operationName);
  for (const { variable, type } of operation?.variableDefinitions ?? []) {
    const { value: name } = variable.name;
    if (Object.hasOwn(settled, name)) settled[name] = plain(typeOf(schema, type), settled[name]);
  }
  return settled;
}

function typeOf(
  schema: GraphQLSchema,
  node: Parameters<typeof typeFromAST>[1],
): GraphQLInputType | null {
  const type = typeFromAST(schema, node);
  return isInputType(type) ? type : null;
}

/** A copy as far as input objects and lists go; what is a JSON value is kept as it is. */
function plain(type: GraphQLInputType | null | undefined, value: unknown): unknown {
  if (!type || getNamedType(type).name === 'JSON') return value;
  if (value instanceof ExactNumber) {
    const number = Number(value.literal);
    // Where it is none that other types could take, their own message is to name what was written.
    return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
      ? number
      : value.literal;
  }
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Array.isArray(value)
      ? value.map((item) => plain(nullable.ofType, item))
      : plain(nullable.ofType, value);
  }
  if (!isInputObjectType(nullable) || typeof value !== 'object' || value === null) return value;
  const fields = nullable.getFields();
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, plain(fields[name]?.type, item)]),
  );
}
