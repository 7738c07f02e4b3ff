import { createRequest, type OperationContext, type TypedDocumentNode } from '@urql/core';

/**
 * Live lists merge their rows by version themselves. Their operations are marked, so that the
 * cache neither mixes older and newer copies into what they get, nor keeps each page they read.
 */
export type OwnCopy = 'page' | 'updates';

/** The mark of an operation; null where its results come from the cache as usual. */
export function ownCopyOf(context: Record<string, unknown>): OwnCopy | null {
  const { ownCopy } = context;
  return ownCopy === 'page' || ownCopy === 'updates' ? ownCopy : null;
}

/** The context that marks an operation. */
export function ownCopyContext(ownCopy: OwnCopy): Partial<OperationContext> {
  return { requestPolicy: 'network-only', ownCopy };
}

let lastKey = 0;

/**
 * A request that shares no other's results. urql takes two of the same document and variables for
 * one: the second of two subscriptions would miss what the first was sent before.
 */
export function ownRequest<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  // urql's own keys are not negative.
  lastKey -= 1;
  return { ...createRequest(document, variables), key: lastKey };
}
