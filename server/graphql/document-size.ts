import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { MAX_PAGE_SIZE } from './connection.ts';

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

/** The size of a page where the operation does not say (contract.graphql). */
const DEFAULT_PAGE_SIZE = 20;
/** What other lists are taken to hold then: a delivery seldom has more attempts than its schedule. */
const ASSUMED_LENGTH = 5;

/**
 * Measures an operation before any of it runs. Each fragment is measured once for each type it
 * is met on, so the time is bounded by the document's length however fragments nest.
 * Within introspection only aliases count: graphql's own rule bounds its depth.
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
  const measured = new Map<string, DocumentSize>();

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): DocumentSize {
    let total = NOTHING;
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          if (selection.name.value.startsWith('__')) {
            const { aliases } = selection.selectionSet
              ? ofSelections(selection.selectionSet, undefined)
              : NOTHING;
            const introspections = selection.name.value === '__typename' ? 0 : 1;
            total = sum(total, { ...NOTHING, aliases, introspections });
            break;
          }
          const field = fieldOf(type, selection.name.value);
          const inner =
            selection.selectionSet === undefined
              ? NOTHING
              : ofSelections(selection.selectionSet, field && getNamedType(field.type));
          const times = field === undefined ? 1 : lengthOf(field, selection.arguments ?? []);
          total = sum(total, {
            depth: inner.depth + 1,
            aliases: inner.aliases + (selection.alias === undefined ? 0 : 1),
            cost: 1 + inner.cost * times,
            introspections: inner.introspections,
          });
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const on = selection.typeCondition?.name.value;
          total = sum(
            total,
            ofSelections(selection.selectionSet, on === undefined ? type : schema.getType(on)),
          );
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          total = sum(total, ofFragment(selection.name.value));
      }
    }
    return total;
  }

  function ofFragment(name: string): DocumentSize {
    const known = measured.get(name);
    if (known !== undefined) return known;
    // Until it is measured it counts nothing, so that a cycle (which validation refuses) ends.
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const size = ofSelections(
      fragment.selectionSet,
      schema.getType(fragment.typeCondition.name.value),
    );
    measured.set(name, size);
    return size;
  }

  function lengthOf(
    field: GraphQLField<unknown, unknown>,
    given: NonNullable<
      Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>['arguments']
    >,
  ): number {
    const valueOf = (name: string): unknown => {
      const node = given.find((argument) => argument.name.value === name)?.value;
      if (node?.kind === Kind.INT) return Number(node.value);
      if (node?.kind === Kind.LIST) return node.values;
      if (node?.kind === Kind.VARIABLE) return variables[node.name.value];
      return undefined;
    };
    const ids = valueOf('ids');
    if (Array.isArray(ids)) return Math.max(1, ids.length);
    if (!field.args.some((argument) => argument.name === 'first' || argument.name === 'last')) {
      return 1;
    }
    const size = [valueOf('first'), valueOf('last')].find((value) => typeof value === 'number');
    const assumed = isListType(getNullableType(field.type)) ? ASSUMED_LENGTH : DEFAULT_PAGE_SIZE;
    return Math.min(Math.max(1, size ?? assumed), MAX_PAGE_SIZE);
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

function fieldOf(type: GraphQLNamedType | undefined, name: string) {
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
