import type { Role } from '../generated/prisma/enums.ts';

/** Who asks: resolved from an API key or a browser session, once for each request or socket. */
export interface Caller {
  tenantId: string;
  /** The key, or the one that the session was made with. */
  apiKeyId: string;
  role: Role;
  /** Left out where the caller came with a key. */
  sessionId?: string;
}
