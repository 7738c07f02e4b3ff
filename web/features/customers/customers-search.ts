import { textOf } from '../../lib/search-text.ts';

/** The list of customers as its address has it: what is looked for, and which page. */
export interface CustomersSearch {
  /** Part of a key or a name. */
  search?: string;
  /** Cursors of a page. */
  after?: string;
  before?: string;
}

/** Reads it from an address; what makes no sense is left out. */
export function customersSearchOf(parameters: Record<string, unknown>): CustomersSearch {
  const search = textOf(parameters['search']);
  const after = textOf(parameters['after']);
  const before = textOf(parameters['before']);
  return {
    ...(search === undefined ? {} : { search }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}
