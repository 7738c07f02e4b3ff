import type { Pool } from 'pg';

import type { EventTypeCatalogue } from '../../event-types/catalogue.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { UrlRules } from './url-rules.ts';

/** What making and changing a webhook need. */
export interface WebhookChangeParts {
  prisma: PrismaClient;
  pool: Pool;
  /** 32 bytes, under which secrets are sealed. */
  secretKey: Buffer;
  urlRules: UrlRules;
  catalogue: EventTypeCatalogue;
}
