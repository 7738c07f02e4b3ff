import { describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { createSignInCode } from '../../server/access/sign-in-code.ts';

const HOUR_MS = 3_600_000;
const ADMIN: Caller = { tenantId: 'a tenant', apiKeyId: 'a key', role: 'ADMIN' };

function made({ caller = ADMIN }: { caller?: Caller | null } = {}) {
  const clock = { ms: 1_000 };
  const { text, code } = createSignInCode({ callerNow: async () => caller, now: () => clock.ms });
  const redeem = (given: string) => code.redeem(given, async ({ apiKeyId }) => apiKeyId);
  return { clock, text, code, redeem };
}

describe('a sign-in code', () => {
  it('is random, and signs in once', async () => {
    const { text, redeem } = made();
    expect(text).toMatch(/^[\w-]{43}$/);
    expect(made().text).not.toBe(text);
    expect(await Promise.all([redeem(text), redeem(text)])).toEqual([ADMIN.apiKeyId, null]);
    expect(await redeem(text)).toBeNull();
  });

  it('is not used up by a wrong one', async () => {
    const { text, redeem } = made();
    for (const wrong of ['', `${text}x`, text.slice(1), made().text, 'é']) {
      expect(await redeem(wrong)).toBeNull();
    }
    expect(await redeem(text)).toBe(ADMIN.apiKeyId);
  });

  it('is good for an hour', async () => {
    const [early, late] = [made(), made()];
    early.clock.ms += HOUR_MS - 1;
    late.clock.ms += HOUR_MS;
    expect(await early.redeem(early.text)).toBe(ADMIN.apiKeyId);
    expect(await late.redeem(late.text)).toBeNull();
  });

  it('stays good where signing in failed', async () => {
    const { text, code, redeem } = made();
    const failing = code.redeem(text, () => Promise.reject(new Error('the database is away')));
    await expect(failing).rejects.toThrow('the database is away');
    expect(await redeem(text)).toBe(ADMIN.apiKeyId);
  });

  it('signs nobody in where no key is left', async () => {
    const { text, redeem } = made({ caller: null });
    expect(await redeem(text)).toBeNull();
  });
});
