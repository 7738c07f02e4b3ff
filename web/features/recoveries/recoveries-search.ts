import { textOf } from '../../lib/search-text.ts';

/** The list of recoveries as its address has it: which page, by cursors. */
export interface RecoveriesSearch {
  after?: string;
  before?: string;
}

/** Reads it from an address; what makes no sense is left out. */
export function recoveriesSearchOf(parameters: Record<string, unknown>): RecoveriesSearch {
  const after = textOf(parameters['after']);
  const before = textOf(parameters['before']);
  return {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}
