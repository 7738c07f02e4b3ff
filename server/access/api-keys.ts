import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { isStorable } from '../domain/stored-text.ts';
import { newId } from '../domain/identifiers.ts';
import type { Outcome, UserFault } from '../domain/user-fault.ts';
import type { ApiKey, PrismaClient } from '../generated/prisma/client.ts';
import type { Role } from '../generated/prisma/enums.ts';
import { type CallerLookup, createCallerLookup } from './caller-lookup.ts';
import { hashKey, hintOf, randomKey } from './key-material.ts';

/** The API keys of all tenants. */
export interface ApiKeys extends CallerLookup {
  /** A new key, whose text is in `key` this once. */
  create(
    tenantId: string,
    input: { name: string; role: Role },
  ): Promise<Outcome<{ apiKey: ApiKey; key: string }>>;
  /**
   * Revokes a key for good; a second time changes nothing. The tenant's last ADMIN key stays
   * (NOT_ALLOWED_NOW): without it no one could make another.
   */
  revoke(tenantId: string, apiKeyId: string): Promise<Outcome<ApiKey>>;
}

export interface ApiKeysOptions {
  prisma: PrismaClient;
  pool: Pool;
  logger: Logger;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

/** Characters a key's name may have at most. */
const MAX_NAME_LENGTH = 100;

export function createApiKeys({ prisma, ...options }: ApiKeysOptions): ApiKeys {
  const { resolveCaller, forget, drain } = createCallerLookup(options);
  return {
    resolveCaller,
    drain,

    async create(tenantId, { name, role }) {
      const fault = faultOfName(name);
      if (fault !== null) return { faults: [fault] };
      const key = randomKey();
      const apiKey = await prisma.apiKey.create({ data: newApiKey(tenantId, name, role, key) });
      return { value: { apiKey, key } };
    },

    async revoke(tenantId, apiKeyId) {
      const revoked = await prisma.$transaction(async (transaction): Promise<Outcome<ApiKey>> => {
        // One revocation at a time in a tenant: two at once must not take the last two ADMIN keys.
        await transaction.$queryRaw`SELECT id FROM "Tenant" WHERE id = ${tenantId}::uuid FOR UPDATE`;
        const apiKey = await transaction.apiKey.findUnique({ where: { id: apiKeyId, tenantId } });
        if (apiKey === null) return { faults: [noSuchKey] };
        if (apiKey.revokedAt !== null) return { value: apiKey };
        if (apiKey.role === 'ADMIN') {
          const admins = { tenantId, role: 'ADMIN', revokedAt: null } as const;
          if ((await transaction.apiKey.count({ where: admins })) < 2)
            return { faults: [lastAdmin] };
        }
        const revokedAt = new Date();
        return {
          value: await transaction.apiKey.update({ where: { id: apiKeyId }, data: { revokedAt } }),
        };
      });
      if (revoked.value !== undefined) forget(apiKeyId);
      return revoked;
    },
  };
}

/** The row of a new key; the key itself is not in it. */
export function newApiKey(tenantId: string, name: string, role: Role, key: string) {
  return { id: newId(), tenantId, name, role, hash: hashKey(key), hint: hintOf(key) };
}

const noSuchKey: UserFault = {
  field: ['input', 'id'],
  message: 'There is no API key with this id.',
  code: 'NOT_FOUND',
};

const lastAdmin: UserFault = {
  field: ['input', 'id'],
  message: 'This is the last ADMIN key; make another before you revoke it.',
  code: 'NOT_ALLOWED_NOW',
};

function faultOfName(name: string): UserFault | null {
  const field = ['input', 'name'];
  if (name.trim() === '' || /\p{Cc}/u.test(name) || !isStorable(name)) {
    return {
      field,
      message:
        'A name has at least one visible character, no control characters and no half of a surrogate pair.',
      code: 'INVALID',
    };
  }
  if (name.length > MAX_NAME_LENGTH) {
    return {
      field,
      message: `A name has at most ${MAX_NAME_LENGTH} characters.`,
      code: 'TOO_LARGE',
    };
  }
  return null;
}
