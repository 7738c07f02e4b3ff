import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { StartupError } from '../server/database/startup-error.ts';
import { startInstallation } from './support/installation.ts';
import { platformOn } from './support/platform.ts';

test('a process with another SECRET_KEY does not start, and disturbs nothing', async () => {
  const installation = await startInstallation({ name: 'PostgreSQL alone', redis: false });
  try {
    const SECRET_KEY = randomBytes(32).toString('base64');
    const early = await installation.addProcess({ SECRET_KEY });
    await early.stop();

    await platformOn(installation).createWebhook({ url: 'http://127.0.0.1:9/' });
    const late = installation.addProcess({ SECRET_KEY });
    await expect(late).rejects.toThrow(StartupError);
    await expect(late).rejects.toThrow(/^SECRET_KEY is not the key /);
    expect(await installation.ask('{ viewer { apiKey { role } } }')).toEqual({
      viewer: { apiKey: { role: 'ADMIN' } },
    });
  } finally {
    await installation.stop();
  }
});
