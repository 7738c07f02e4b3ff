import { lexicographicSortSchema, printSchema } from 'graphql';

import { buildSchema } from '../schema.ts';

/** The schema in SDL, sorted, as it is committed in schema.graphql. */
export function printSdl(): string {
  return `${printSchema(lexicographicSortSchema(buildSchema()))}\n`;
}
