import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether the operation asks for this field of what is being resolved, or for the one that lies at
 * the end of the path. Conditions (@skip, @include) are not looked at: true then means that it may.
 */
export function selects(info: GraphQLResolveInfo, ...path: readonly string[]): boolean {
  const within = (set: SelectionSetNode | undefined, depth: number): boolean =>
    set?.selections.some((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return (
            selection.name.value === path[depth] &&
            (depth + 1 === path.length || within(selection.selectionSet, depth + 1))
          );
        case Kind.INLINE_FRAGMENT:
          return within(selection.selectionSet, depth);
        default:
          return within(info.fragments[selection.name.value]?.selectionSet, depth);
      }
    }) ?? false;
  return info.fieldNodes.some((node) => within(node.selectionSet, 0));
}

/** Whether the operation asks for no other fields than these of what is being resolved. */
export function selectsOnly(info: GraphQLResolveInfo, names: readonly string[]): boolean {
  const within = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.every((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return selection.name.value === '__typename' || names.includes(selection.name.value);
        case Kind.INLINE_FRAGMENT:
          return within(selection.selectionSet);
        default:
          return within(info.fragments[selection.name.value]?.selectionSet);
      }
    }) ?? true;
  return info.fieldNodes.every((node) => within(node.selectionSet));
}
