import {
  type ArgumentNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  getVariableValues,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  print,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  typeFromAST,
  TypeMetaFieldDef,
  valueFromAST,
} from 'graphql';

import { MAX_PAGE_SIZE } from '../schema/connection.ts';
import { type Asked, ListLength } from './list-length.ts';

/** How much an operation asks for. */
export interface DocumentSize {
  /** Fields within fields. */
  depth: number;
  /** Fields under another name than their own, each time a fragment with them is used. */
  aliases: number;
  /** Fields to resolve, those of a list as often as the list may be long. */
  cost: number;
  /** `__schema` and `__type`: each may be the whole schema, and needs no key. */
  introspections: number;
}

const NOTHING: DocumentSize = { depth: 0, aliases: 0, cost: 0, introspections: 0 };

/** The size of a page where the operation does not say (contract.graphql), and of any other list. */
const DEFAULT_LENGTH = 20;

/** Of the schema itself, about as many as there are; a field of it costs a quarter: it is in memory. */
const INTROSPECTED: Readonly<Record<string, number>> = {
  types: 130,
  fields: 10,
  inputFields: 6,
  enumValues: 5,
  args: 2,
  interfaces: 1,
  possibleTypes: 3,
  directives: 6,
  locations: 3,
};
const INTROSPECTED_PRICE = 0.25;

/** A connection's own lists: they hold the page that its arguments ask for. */
const PAGE_FIELDS = new Set(['nodes', 'edges']);

/**
 * Measures an operation before any of it runs. Arguments are taken as execution will take them:
 * with variables coerced, and with the defaults of both. Each fragment is measured once for each
 * set of arguments that it stands under, so the time is bounded by the document's length however
 * fragments nest.
 *
 * @param variables as they came, before coercion.
 */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const values = sizingVariables(schema, operation, variables);
  const measured = new Map<string, DocumentSize>();

  function ofSelections(
    set: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    parent: Asked | null,
    isPage: boolean,
  ): DocumentSize {
    let total = NOTHING;
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          const name = selection.name.value;
          const field = fieldOf(schema, type, name);
          const asked = askedOf(field, selection.arguments ?? [], parent);
          const length = field === undefined ? 1 : lengthOf(field, asked);
          const times = isPage && PAGE_FIELDS.has(name) ? 1 : length;
          const inner =
            selection.selectionSet === undefined
              ? NOTHING
              : ofSelections(
                  selection.selectionSet,
                  field && getNamedType(field.type),
                  asked,
                  field !== undefined && isConnection(field),
                );
          total = sum(total, sizeOf(selection.alias !== undefined, name, inner, times));
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const on = selection.typeCondition?.name.value;
          const onType = on === undefined ? type : schema.getType(on);
          total = sum(total, ofSelections(selection.selectionSet, onType, parent, isPage));
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          total = sum(total, ofFragment(selection.name.value, parent, isPage));
      }
    }
    return total;
  }

  function ofFragment(name: string, parent: Asked | null, isPage: boolean): DocumentSize {
    // What it stands in may say how long its lists are.
    const key = `${name} ${isPage} ${parent?.text() ?? ''}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    // Until it is measured it counts nothing, so that a cycle (which validation refuses) ends.
    measured.set(key, NOTHING);
    const fragment = fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const type = schema.getType(fragment.typeCondition.name.value);
    const size = ofSelections(fragment.selectionSet, type, parent, isPage);
    measured.set(key, size);
    return size;
  }

  function askedOf(
    field: GraphQLField<unknown, unknown> | undefined,
    given: readonly ArgumentNode[],
    parent: Asked | null,
  ): Asked {
    return {
      parent,
      text: () => given.map(print).join(),
      argument(name) {
        const definition = field?.args.find((argument) => argument.name === name);
        const node = given.find((argument) => argument.name.value === name)?.value;
        if (definition === undefined) return undefined;
        if (node === undefined) return definition.defaultValue;
        const value = valueFromAST(node, definition.type, values);
        if (value !== undefined) return value;
        // An input object is as it came: what it holds is not coerced for its length's sake.
        const came = node.kind === Kind.VARIABLE ? variables[node.name.value] : undefined;
        return came ?? definition.defaultValue;
      },
    };
  }

  const root = schema.getRootType(operation.operation) ?? undefined;
  return ofSelections(operation.selectionSet, root, null, false);
}

/** What a field adds, of a list `times` long. */
function sizeOf(
  isAliased: boolean,
  name: string,
  inner: DocumentSize,
  times: number,
): DocumentSize {
  const aliases = inner.aliases + (isAliased ? 1 : 0);
  const cost = 1 + inner.cost * times;
  if (name === '__typename') return { ...NOTHING, aliases };
  // graphql's own rule bounds its depth.
  if (name === '__schema' || name === '__type') {
    return { depth: 0, aliases, cost: cost * INTROSPECTED_PRICE, introspections: 1 };
  }
  return { depth: inner.depth + 1, aliases, cost, introspections: inner.introspections };
}

/** The variables that may say how long a list is, coerced: none of them holds a payload. */
function sizingVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const sizing = variableDefinitions.filter(({ type }) => {
    const named = getNamedType(typeFromAST(schema, type));
    if (named === undefined) return false;
    return (
      isEnumType(named) ||
      named.name === 'TimeRange' ||
      (isScalarType(named) && named.name !== 'JSON')
    );
  });
  // Where one does not fit, execution says so and nothing runs.
  return getVariableValues(schema, sizing, { ...variables }).coerced ?? {};
}

function lengthOf(field: GraphQLField<unknown, unknown>, asked: Asked): number {
  const own = field.extensions['listLength'];
  if (own instanceof ListLength) return Math.max(1, own.of(asked));
  const ids = asked.argument('ids');
  if (Array.isArray(ids)) return Math.max(1, ids.length);
  if (isPaged(field)) {
    const size = [asked.argument('first'), asked.argument('last')].find(isNumber);
    return Math.min(Math.max(1, size ?? DEFAULT_LENGTH), MAX_PAGE_SIZE);
  }
  if (!isListType(getNullableType(field.type))) return 1;
  return (isIntrospected(field) ? INTROSPECTED[field.name] : undefined) ?? DEFAULT_LENGTH;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

const isPaged = (field: GraphQLField<unknown, unknown>) =>
  field.args.some(({ name }) => name === 'first' || name === 'last');

const isConnection = (field: GraphQLField<unknown, unknown>) =>
  isPaged(field) && !isListType(getNullableType(field.type));

/** Whether what it leads to is of the schema itself. */
const isIntrospected = (field: GraphQLField<unknown, unknown>) =>
  getNamedType(field.type).name.startsWith('__');

function fieldOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined, name: string) {
  if (name === '__schema') return SchemaMetaFieldDef;
  if (name === '__type') return TypeMetaFieldDef;
  if (name === '__typename' || type === undefined) return undefined;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function sum(a: DocumentSize, b: DocumentSize): DocumentSize {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    cost: a.cost + b.cost,
    introspections: a.introspections + b.introspections,
  };
}
