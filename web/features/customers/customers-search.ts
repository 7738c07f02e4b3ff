import { cursorSearchOf, type CursorSearch } from '../../lib/cursor-page.ts';
import { textOf } from '../../lib/search-text.ts';

/** The list of customers as its address has it: what is looked for, and which page. */
export interface CustomersSearch extends CursorSearch {
  /** Part of a key or a name. */
  search?: string;
}

/** Reads it from an address; what makes no sense is left out. */
export function customersSearchOf(parameters: Record<string, unknown>): CustomersSearch {
  const search = textOf(parameters['search']);
  return {
    ...(search === undefined ? {} : { search }),
    ...cursorSearchOf(parameters),
  };
}
