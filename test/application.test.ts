import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startApplication } from '../server/application.ts';
import { StartupError } from '../server/faults/startup-error.ts';
import { readConfiguration } from '../server/env.ts';
import { startInstallation } from './support/installation/installation.ts';
import { platformOn } from './support/installation/platform.ts';
import { createTestDatabase } from './support/database/postgres.ts';
import { testQueuePrefix } from './support/queue/redis.ts';

test('a process with another SECRET_KEY does not start, and disturbs nothing', async () => {
  const installation = await startInstallation({ name: 'PostgreSQL alone', redis: false });
  try {
    const SECRET_KEY = randomBytes(32).toString('base64');
    const early = await installation.addProcess({ SECRET_KEY });
    await early.stop();

    await platformOn(installation).createWebhook({ url: 'http://127.0.0.1:4/' });
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

test('a first start that fails leaves the admin key to the next', async () => {
  const database = await createTestDatabase();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const start = (PORT: number) =>
    startApplication({
      configuration: readConfiguration({
        PORT: String(PORT),
        DATABASE_URL: database.url,
        SECRET_KEY: randomBytes(32).toString('base64'),
        QUEUE_PREFIX: testQueuePrefix(),
      }),
      logger: pino({ level: 'silent' }),
    });
  try {
    await expect(start(port)).rejects.toThrow(/^Port \d+ is taken/);
    const application = await start(0);
    expect(application.newKey).toMatch(/^nxs_/);
    await application.stop();
  } finally {
    taken.close();
    await database.drop();
  }
});
