import { createContext } from 'react';

import type { SearchChange } from '../../../deliveries/deliveries-search.ts';

/** Narrows the list around to what a cell holds; null where the list has no filters. */
export const FilterBy = createContext<((filter: SearchChange) => void) | null>(null);
