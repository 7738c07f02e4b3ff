import { expect, test } from 'vitest';

import { readConfiguration } from '../server/env.ts';
import { bannerOf } from '../server/start-up-banner.ts';

const ADDRESS = 'http://127.0.0.1:4000';

const banner = (env: Record<string, string>, signInCode: string | null) =>
  bannerOf(readConfiguration(env), {
    address: ADDRESS,
    newKey: null,
    signInCode,
    onFatal: () => undefined,
    stop: async () => undefined,
  });

const SERVED = {
  DATABASE_URL: 'postgres://localhost/nexus',
  SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
};

test('the banner has the sign-in link where there is one, and says how often it works', () => {
  const lines = banner({}, 'a-code').split('\n');
  expect(lines).toContain(`  Web app    ${ADDRESS}/`);
  expect(lines).toContain(`  Sign in    ${ADDRESS}/sign-in#code=a-code`);
  expect(lines).toContain('The sign-in link signs in once, within an hour.');
});

test('elsewhere it names the web app alone, and a worker has none', () => {
  const api = banner(SERVED, null);
  expect(api).toContain(`  Web app    ${ADDRESS}/\n`);
  expect(api).not.toMatch(/sign.in/i);
  expect(banner({ ...SERVED, ROLE: 'worker' }, null)).not.toContain('Web app');
});
