import { PrismaPg } from '@prisma/adapter-pg';
import { graphql } from 'graphql';
import { z } from 'zod';

import type { Caller } from '../../server/access/caller.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { restoreRawJson } from '../../server/domain/json/raw-json.ts';
import { PrismaClient } from '../../server/generated/prisma/client.ts';
import type { Services } from '../../server/graphql/schema/context.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { watchedPool } from '../support/database/watched-pool.ts';

export const schema = buildSchema();

export function callerOf(tenantId: string, role: Caller['role'] = 'VIEWER'): Caller {
  return { tenantId, apiKeyId: newId(), role };
}

/** Runs an operation and takes its answer as it goes over the wire. */
export async function run(
  services: Services,
  caller: Caller | null,
  source: string,
  variableValues: Record<string, unknown> = {},
) {
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: { caller, services },
  });
  return {
    data: z
      .record(z.string(), z.json())
      .nullish()
      .parse(JSON.parse(restoreRawJson(JSON.stringify(result.data ?? null)))),
    codes: (result.errors ?? []).map((error) => error.extensions['code'] ?? error.message),
  };
}

/** The same services, whose statements (those of `pg` and those of Prisma) are written down. */
export function counting(on: { services: Services; databaseUrl: string }) {
  const statements: string[] = [];
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: on.databaseUrl }),
    log: [{ emit: 'event', level: 'query' }],
  });
  prisma.$on('query', ({ query }) => statements.push(query));
  const pool = watchedPool(on.services.pool, (asked) => statements.push(JSON.stringify(asked)));
  const services: Services = { ...on.services, pool, prisma };
  return { services, statements, close: () => prisma.$disconnect() };
}
