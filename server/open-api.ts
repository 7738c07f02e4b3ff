import { buildSchema } from './graphql/schema.ts';
import { openApi, type ServedApi } from './http/api.ts';
import { createServices } from './services.ts';
import type { SignInCode } from './access/sign-in-code.ts';

/** An API on its services, and the way to end what these have under way. */
export interface OpenedApi {
  api: ServedApi;
  /** Settles when what was accepted is kept, and what is known of keys and sessions. */
  drain(): Promise<void>;
}

/**
 * All of a process that serves the API. It is loaded by itself: a worker has no use for its modules, a third
 * of all.
 * @throws StartupError where PERSISTED_OPERATIONS cannot be read.
 */
export function openApiOn({
  signInCode,
  ...parts
}: Parameters<typeof createServices>[0] & { signInCode: SignInCode | null }): OpenedApi {
  const services = createServices(parts);
  return {
    api: openApi({ schema: buildSchema(), services, signInCode }, parts.logger),
    async drain() {
      const { events, apiKeys, sessions } = services;
      await Promise.all([events.drain(), apiKeys.drain(), sessions.drain()]);
    },
  };
}
