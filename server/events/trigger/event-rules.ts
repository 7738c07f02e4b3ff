import type { EventTypeCatalogue } from '../../event-types/catalogue.ts';
import type { CompiledSchemas } from '../../event-types/schema/compiled-schemas.ts';
import type { EventRules } from './event-input.ts';

/** What events of these types of a tenant are held against. */
export type FindEventRules = (tenantId: string, types: readonly string[]) => Promise<EventRules>;

export function createFindEventRules(parts: {
  catalogue: EventTypeCatalogue;
  schemas: CompiledSchemas;
  payloadBytes: number;
}): FindEventRules {
  const { catalogue, schemas, payloadBytes } = parts;
  return async (tenantId, names) => {
    const types = await catalogue.including(tenantId, names);
    return { types, schemas: await schemas.of(types, names), payloadBytes, refusesMisfits: true };
  };
}
