import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 120_000;

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nexus-migration-create-'));
  await cp(join(PROJECT, 'prisma/migrations'), join(scratch, 'migrations'), { recursive: true });
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** `npm run migration:create` on a schema and migrations of the test's own; not by spawn, but slow all the same. */
async function create(schema: string, ...words: string[]): Promise<string> {
  await writeFile(join(scratch, 'schema.prisma'), schema);
  const options = [
    '--schema',
    join(scratch, 'schema.prisma'),
    '--folder',
    join(scratch, 'migrations'),
  ];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/migration-create.mjs', ...options, ...words],
    { cwd: PROJECT },
  );
  return stdout;
}

test(
  'a new migration is written from the schema, with its way back; none where nothing changes',
  async () => {
    const schema = await readFile(join(PROJECT, 'prisma/schema.prisma'), 'utf8');
    expect(await create(schema, 'Nothing')).toContain('there is nothing to write');
    await create(
      schema.replace('model Tenant {', 'model Tenant {\n  note String?'),
      'Tenant',
      'note',
    );
    const before = new Set(await readdir(join(PROJECT, 'prisma/migrations')));
    const made = (await readdir(join(scratch, 'migrations'))).filter((name) => !before.has(name));
    expect(made).toEqual([expect.stringMatching(/^\d{14}_tenant_note$/)]);
    const sqlOf = (name: string) =>
      readFile(join(scratch, 'migrations', made[0] ?? '', name), 'utf8');
    expect(await sqlOf('migration.sql')).toMatch(/ALTER TABLE "Tenant" ADD COLUMN\s+"note" TEXT/);
    expect(await sqlOf('back.sql')).toMatch(/ALTER TABLE .*"Tenant" DROP COLUMN "note"/);
  },
  TIMEOUT_MS,
);
