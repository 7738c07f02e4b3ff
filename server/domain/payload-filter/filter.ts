import type { ExactNumber } from '../json/exact-number.ts';

export type FilterScalar = string | number | ExactNumber | boolean | null;
export type Comparison = '>' | '>=' | '<' | '<=';

/** What a place of a body must be like. A place is a value, or where there is none. */
export type PayloadFilter =
  | { kind: 'equals'; value: FilterScalar }
  | { kind: 'compares'; operator: Comparison; value: string | number | ExactNumber }
  | { kind: 'starts' | 'ends'; texts: readonly string[] }
  | { kind: 'contains'; values: readonly FilterScalar[] }
  | { kind: 'exists' }
  | { kind: 'not'; filter: PayloadFilter }
  | { kind: 'all' | 'any'; filters: readonly PayloadFilter[] }
  /** The object there, or one item of the array, has fields that are like this. */
  | { kind: 'fields'; fields: readonly (readonly [string, PayloadFilter])[] };
