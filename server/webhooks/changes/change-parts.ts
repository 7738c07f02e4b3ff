import type { Pool } from 'pg';

import type { EventTypeCatalogue } from '../../event-types/catalogue.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { UrlRules } from './url-rules.ts';
import type { SecretKeys } from '../../domain/sealed-secret.ts';

/** What making and changing a webhook need. */
export interface WebhookChangeParts {
  prisma: PrismaClient;
  pool: Pool;
  /** Under which secrets are sealed. */
  secretKeys: SecretKeys;
  urlRules: UrlRules;
  catalogue: EventTypeCatalogue;
}
