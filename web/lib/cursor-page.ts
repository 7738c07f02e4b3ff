import { textOf } from './search-text.ts';

/** Which page of a list, by the cursor that it follows or comes before; neither: the first. */
export interface CursorSearch {
  after?: string;
  before?: string;
}

/** Reads the page from an address; what makes no sense is left out. */
export function cursorSearchOf(parameters: Record<string, unknown>): CursorSearch {
  const after = textOf(parameters['after']);
  const before = textOf(parameters['before']);
  return {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

/** The arguments of a connection for a page of so many. */
export function pageArguments({ after, before }: CursorSearch, size: number) {
  return before === undefined
    ? { first: size, ...(after === undefined ? {} : { after }) }
    : { last: size, before };
}
