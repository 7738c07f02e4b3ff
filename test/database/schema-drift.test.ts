import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 90_000;

let database: TestDatabase;

beforeEach(async () => {
  // Migrated by the server's own runner.
  database = await createTestDatabase();
});

afterEach(async () => {
  await database.drop();
});

const prismaMigrate = (...args: string[]) => prisma('migrate', ...args);

/** Runs Prisma's CLI on the database over prisma/schema-engine.mjs. */
function prisma(...args: string[]): Promise<{ code: number; said: string }> {
  const program = fileURLToPath(new URL('../../node_modules/.bin/prisma', import.meta.url));
  const engine = fileURLToPath(new URL('../../prisma/schema-engine.mjs', import.meta.url));
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      DATABASE_URL: database.url,
      PRISMA_SCHEMA_ENGINE_BINARY: engine,
      NO_COLOR: '1',
    };
    const child = execFile(program, args, { cwd: PROJECT, env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, said: out + err }),
    );
  });
}

test(
  'the migrations make what schema.prisma says, and a difference would be seen',
  async () => {
    const toSchema = ['--to-schema', 'prisma/schema.prisma', '--exit-code'];
    const [live, replayed] = await Promise.all([
      prismaMigrate('diff', '--from-config-datasource', ...toSchema),
      prismaMigrate('status'),
    ]);
    // An exit code of 0 alone also comes from an engine that has broken down.
    expect(live).toMatchObject({
      code: 0,
      said: expect.stringContaining('No difference detected'),
    });
    expect(replayed).toMatchObject({ code: 0, said: expect.stringContaining('up to date') });

    await database.pool.query('ALTER TABLE "Webhook" ADD COLUMN stray text');
    const drifted = await prismaMigrate('diff', '--from-config-datasource', ...toSchema);
    expect(drifted).toMatchObject({ code: 2, said: expect.stringContaining('stray') });
  },
  TIMEOUT_MS,
);

test(
  "prisma's own deploy finds nothing to do",
  async () => {
    const { code, said } = await prismaMigrate('deploy');
    expect(said).toContain('No pending migrations to apply');
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  'the CLI learns the version of what stands in for its engine',
  async () => {
    const { code, said } = await prisma('--version');
    expect(code).toBe(0);
    expect(said).toMatch(/Schema Engine.*schema-engine-cli [0-9a-f]{40}/);
  },
  TIMEOUT_MS,
);
