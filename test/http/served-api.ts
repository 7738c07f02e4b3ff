import { setTimeout as pause } from 'node:timers/promises';

import { pino } from 'pino';

import type { SignInCode } from '../../server/access/sign-in-code.ts';
import { createTenant } from '../../server/access/tenants.ts';
import type { Configuration } from '../../server/env.ts';
import type { Role } from '../../server/generated/prisma/enums.ts';
import { SlowReader } from '../../server/feed/reader.ts';
import { builder } from '../../server/graphql/schema/builder.ts';
import type { Services } from '../../server/graphql/schema/context.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { openApi } from '../../server/http/api.ts';
import { startHttpServer } from '../../server/http/server.ts';
import { createTestServices } from '../support/installation/services.ts';

/** What the tests need beside the API's own types: values to echo, faults, and streams to follow. */
builder.queryField('testEcho', (t) =>
  t.field({
    type: 'JSON',
    nullable: true,
    args: { value: t.arg({ type: 'JSON' }), at: t.arg({ type: 'DateTime' }) },
    resolve: (_root, { value, at }) => at?.toISOString() ?? value,
  }),
);
builder.queryField('testFault', (t) =>
  t.field({
    type: 'String',
    nullable: true,
    args: { code: t.arg.string() },
    resolve: (_root, { code }) => {
      throw Object.assign(new Error('the secret inside'), code ? { code } : {});
    },
  }),
);
builder.queryField('testWait', (t) =>
  t.boolean({
    args: { ms: t.arg.int({ required: true }) },
    resolve: async (_root, { ms }) => {
      await pause(ms);
      return true;
    },
  }),
);
/** For whoever asks; it never ends. */
builder.queryField('testStay', (t) =>
  t.boolean({ skipTypeScopes: true, resolve: () => new Promise<boolean>(() => undefined) }),
);
builder.mutationField('testWrite', (t) => t.boolean({ resolve: () => true }));
builder.mutationField('testTrigger', (t) =>
  t.boolean({ skipTypeScopes: true, authScopes: { trigger: true }, resolve: () => true }),
);
builder.subscriptionField('testTicks', (t) =>
  t.int({
    args: { count: t.arg.int() },
    subscribe: async function* (_root, { count }) {
      for (let tick = 1; tick <= (count ?? 1); tick += 1) yield tick;
      // Never ends by itself where no count is given.
      if (typeof count !== 'number') await new Promise(() => undefined);
    },
    resolve: (tick) => tick,
  }),
);
builder.subscriptionField('testSlow', (t) =>
  t.int({
    // eslint-disable-next-line require-yield
    subscribe: async function* (): AsyncGenerator<number> {
      throw new SlowReader();
    },
    resolve: (tick) => tick,
  }),
);

export interface Answer {
  status: number;
  headers: Headers;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

export interface ServedApi {
  /** http://127.0.0.1:port */
  address: string;
  services: Services;
  tenantId: string;
  keys: Record<Role, string>;
  /** What was logged, a line each. */
  log: string[];
  post(
    body: object | string,
    options?: { key?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(graceMs?: number): Promise<void>;
}

export async function serveApi(
  change?: (configuration: Configuration) => Configuration,
  { signInCode = null }: { signInCode?: SignInCode | null } = {},
): Promise<ServedApi> {
  const { services, close } = await createTestServices(change);
  const { tenant, key } = await createTenant(services.prisma, 'served');
  const keyOf = async (role: Role) => {
    const { value } = await services.apiKeys.create(tenant.id, { name: role, role });
    return value?.key ?? '';
  };
  const log: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
  const server = await startHttpServer({
    api: openApi({ schema: buildSchema(), services, signInCode }, logger),
    host: '127.0.0.1',
    port: 0,
    keepAliveSeconds: services.configuration.keepAliveSeconds,
    probes: { database: async () => true, queue: async () => true },
    logger,
  });
  return {
    address: server.address,
    services,
    tenantId: tenant.id,
    log,
    keys: {
      ADMIN: key,
      OPERATOR: await keyOf('OPERATOR'),
      PUBLISHER: await keyOf('PUBLISHER'),
      VIEWER: await keyOf('VIEWER'),
    },
    async post(body, { key: bearer, headers } = {}) {
      const response = await fetch(`${server.address}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        ...(text.startsWith('{') ? (JSON.parse(text) as object) : {}),
        status: response.status,
        headers: response.headers,
      };
    },
    async close(graceMs = 1_000) {
      await server.close(graceMs);
      await close();
    },
  };
}
