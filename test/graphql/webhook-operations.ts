import { graphql } from 'graphql';
import { z } from 'zod';

import type { Caller } from '../../server/access/caller.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { restoreRawJson } from '../../server/domain/json/raw-json.ts';
import { readConfiguration } from '../../server/env.ts';
import type { PrismaClient } from '../../server/generated/prisma/client.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import type { ServiceOnDatabase } from '../webhooks/service-on-database.ts';

const schema = buildSchema();
const configuration = readConfiguration({ WEBHOOK_TIMEOUT: '12.5' });

/** Someone of a tenant, by default one who may read and write. */
export function caller(tenantId: string, role: Caller['role'] = 'OPERATOR'): Caller {
  return { tenantId, apiKeyId: newId(), role };
}

/** Runs one operation against the whole schema, with the services of webhooks behind it. */
export async function ask(
  on: ServiceOnDatabase,
  who: Caller | null,
  source: string,
  variableValues: Record<string, unknown> = {},
  prisma: PrismaClient = on.prisma,
) {
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: {
      caller: who,
      services: {
        prisma,
        pool: on.pool,
        webhooks: on.service,
        configuration,
      },
    },
  });
  const errors = result.errors ?? [];
  // As it goes over the wire.
  const wire: unknown = JSON.parse(restoreRawJson(JSON.stringify(result.data ?? null)));
  return {
    data: z.record(z.string(), z.json()).nullable().parse(wire),
    errors,
    codes: errors.map((error) => error.extensions['code']),
  };
}
