import type { Role } from '../generated/prisma/enums.ts';

/** Who asks: resolved from an API key, once for each request or socket. */
export interface Caller {
  tenantId: string;
  apiKeyId: string;
  role: Role;
}
