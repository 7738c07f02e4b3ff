import type { Pool } from 'pg';

import { putLast } from '../../domain/bounded-map.ts';
import type { EventTypes, KnownEventType } from '../row.ts';
import { compileSchema, type PayloadSchema } from './payload-schema.ts';

/** The schemas that events of some types are held against, by the type's name. */
export type SchemasByType = ReadonlyMap<string, PayloadSchema>;

/** Schemas that were compiled, by what is in them: the same one in many tenants is compiled once. */
export interface CompiledSchemas {
  /** Those of the types of these names that have one, and want it kept to. */
  of(types: EventTypes, names: readonly string[]): SchemasByType | Promise<SchemasByType>;
}

/** Compiled, a schema takes some tens of kilobytes. */
const MOST_COMPILED = 1_000;
const NONE: SchemasByType = new Map();

export function createCompiledSchemas(pool: Pool): CompiledSchemas {
  const compiled = new Map<string, PayloadSchema>();

  function remembered({ schemaHash }: KnownEventType): PayloadSchema | undefined {
    if (schemaHash === null) return undefined;
    const known = compiled.get(schemaHash);
    if (known !== undefined) putLast(compiled, schemaHash, known, MOST_COMPILED);
    return known;
  }

  /** What the types have by now may be newer than what was known of them: it is what counts. */
  async function read(missing: readonly KnownEventType[]): Promise<[string, PayloadSchema][]> {
    const { rows } = await pool.query<{ name: string; schema: string; schemaHash: string }>({
      name: 'event-type-schemas',
      text: `SELECT name, schema, "schemaHash" FROM "EventType"
             WHERE id = ANY ($1::uuid[]) AND schema IS NOT NULL`,
      values: [missing.map(({ id }) => id)],
    });
    return rows.map(({ name, schema, schemaHash }) => {
      const made = compiled.get(schemaHash) ?? compileSchema(schema);
      putLast(compiled, schemaHash, made, MOST_COMPILED);
      return [name, made];
    });
  }

  return {
    of(types, names) {
      const wanted = names.flatMap((name) => types.get(name) ?? []).filter(isKeptTo);
      if (wanted.length === 0) return NONE;
      const found = new Map<string, PayloadSchema>();
      const missing: KnownEventType[] = [];
      for (const type of wanted) {
        const known = remembered(type);
        if (known === undefined) missing.push(type);
        else found.set(type.name, known);
      }
      if (missing.length === 0) return found;
      return read(missing).then((added) => new Map([...found, ...added]));
    },
  };
}

const isKeptTo = ({ validation, schemaHash }: KnownEventType) =>
  validation !== 'NONE' && schemaHash !== null;
