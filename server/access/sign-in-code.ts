import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Caller } from './caller.ts';

/** A code that signs in once, within an hour, and in this process alone. */
export interface SignInCode {
  /**
   * Uses the code up for `signIn`, and returns what that returns; null where the code is wrong,
   * was used or is too old, or no key is left that it could stand for. Where `signIn` rejects, the
   * code stays good and the error is the caller's.
   */
  redeem<T>(code: string, signIn: (caller: Caller) => Promise<T>): Promise<T | null>;
}

/** How long a code is good: an hour. */
const LIFETIME_MS = 3_600_000;

export interface SignInCodeOptions {
  /** Whom the code stands for at the moment it is used; null where there is nobody. */
  callerNow(): Promise<Caller | null>;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

/** Makes a code; its text is in `text` this once, and only its hash is kept. */
export function createSignInCode({ callerNow, now = () => performance.now() }: SignInCodeOptions): {
  text: string;
  code: SignInCode;
} {
  const text = randomBytes(32).toString('base64url');
  const hash = sha256(text);
  const expiresAt = now() + LIFETIME_MS;
  let isUsed = false;

  return {
    text,
    code: {
      async redeem(given, signIn) {
        const isRight = timingSafeEqual(sha256(given), hash);
        if (!isRight || isUsed || now() >= expiresAt) return null;
        // Before the first wait: of two at once, one finds it used.
        isUsed = true;
        try {
          const caller = await callerNow();
          return caller === null ? null : await signIn(caller);
        } catch (error) {
          isUsed = false;
          throw error;
        }
      },
    },
  };
}

/** The caller that a tenant's oldest ADMIN key still good stands for; null where there is none. */
export async function oldestAdmin(prisma: PrismaClient, tenantId: string): Promise<Caller | null> {
  const key = await prisma.apiKey.findFirst({
    where: { tenantId, role: 'ADMIN', revokedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, role: true },
  });
  return key && { tenantId, apiKeyId: key.id, role: key.role };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
