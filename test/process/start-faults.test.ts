import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLauncher } from '../support/installation/server-process.ts';

const SECRET_KEY = randomBytes(32).toString('base64');
const PASSWORD = 'open-sesame-4711';
const NOBODY_LISTENS = `postgresql://nexus:${PASSWORD}@127.0.0.1:1/nexus`;

const servers = createLauncher();
let folder: string;
let occupier: Server;
let takenPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-faults-'));
  await writeFile(join(folder, 'a-file'), '');
  occupier = createServer();
  await new Promise<void>((resolve) => occupier.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  takenPort = (occupier.address() as AddressInfo).port;
});
afterAll(async () => {
  await servers.killAll();
  await new Promise((resolve) => occupier.close(resolve));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

interface Fault {
  name: string;
  env: () => Record<string, string>;
  args?: string[];
  /** One for each line that it has to say. */
  says: RegExp[];
}

const configuration: Fault[] = [
  {
    name: 'values that make no sense, all told at once',
    env: () => ({
      PORT: 'abc',
      SECRET_KEY: 'c2hvcnQ=',
      BOOTSTRAP_API_KEY: 'tooshort',
      ROLE: 'boss',
      DELIVERY_ALLOWED_CIDRS: '10.0.0.0/99',
      WEBHOOK_TIMEOUT: '-1',
    }),
    says: [
      /^Configuration: PORT must be a whole number from 0 to 65535$/,
      /^Configuration: ROLE must be all, api or worker$/,
      /^Configuration: SECRET_KEY must be 32 random bytes in base64/,
      /^Configuration: BOOTSTRAP_API_KEY must have 16 characters or more$/,
      /^Configuration: WEBHOOK_TIMEOUT must be a number from 0.05 to 120/,
      /^Configuration: DELIVERY_ALLOWED_CIDRS must be address ranges/,
    ],
  },
  {
    name: 'a PORT that is set but empty',
    env: () => ({ PORT: '' }),
    says: [/^Configuration: PORT must be a whole number/],
  },
  {
    name: 'a worker and a Redis without DATABASE_URL',
    env: () => ({ ROLE: 'worker', REDIS_URL: 'redis://127.0.0.1:1' }),
    says: [
      /^Configuration: REDIS_URL needs DATABASE_URL/,
      /^Configuration: ROLE=worker needs DATABASE_URL/,
    ],
  },
  {
    name: 'DATABASE_URL without SECRET_KEY',
    env: () => ({ DATABASE_URL: NOBODY_LISTENS }),
    says: [/^Configuration: SECRET_KEY is required with DATABASE_URL: .*openssl rand -base64 32/],
  },
];

const surroundings: Fault[] = [
  {
    name: 'a port that is taken',
    env: () => ({ DATA_DIR: join(folder, 'data'), PORT: String(takenPort) }),
    says: [/^Port \d+ is taken on 127\.0\.0\.1; stop what listens there or set PORT to another\.$/],
  },
  {
    name: 'a data folder below a file',
    env: () => ({ DATA_DIR: join(folder, 'a-file', 'data') }),
    says: [/^The data folder .*a-file\/data can't be used \(ENOTDIR\): .*DATA_DIR/],
  },
  {
    name: 'a data folder that cannot be made',
    env: () => ({ DATA_DIR: '/proc/nexus' }),
    says: [/^The data folder \/proc\/nexus can't be used \(ENOENT\): .*DATA_DIR/],
  },
  {
    name: 'a database that nobody serves',
    env: () => ({ DATABASE_URL: NOBODY_LISTENS, SECRET_KEY }),
    says: [/^PostgreSQL at 127\.0\.0\.1:1 does not take our connection .*DATABASE_URL$/],
  },
  {
    name: 'a command that there is not',
    env: () => ({ DATA_DIR: join(folder, 'unused') }),
    args: ['serve-me'],
    says: [
      /^There is no command "serve-me"; there are: migrate, migrate:back, secrets:rotate, tenant:create NAME/,
    ],
  },
  {
    name: 'a tenant with no name',
    env: () => ({ DATA_DIR: join(folder, 'unused') }),
    args: ['tenant:create'],
    says: [/^Name the tenant, .*npm run tenant:create -- NAME$/],
  },
];

describe.concurrent('a start that cannot be says why in one line, and ends with 1:', () => {
  test.each([...configuration, ...surroundings])(
    '$name',
    { timeout: 90_000 },
    async ({ env, args = [], says }) => {
      const ended = await servers.run({ env: env(), args });

      expect(ended.complaints).toEqual(says.map((line) => expect.stringMatching(line)));
      // Beside them no more than that its database was brought up.
      expect(ended.log.filter(({ level }) => level >= 40)).toEqual([]);
      expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
      for (const secret of [PASSWORD, SECRET_KEY, 'c2hvcnQ=', 'tooshort']) {
        expect(ended.stderr).not.toContain(secret);
      }
    },
  );
});
