#!/usr/bin/env node
// Writes a new migration, with its way back, from what prisma/schema.prisma says that the migrations
// do not make yet: npm run migration:create -- NAME. It asks a PostgreSQL of its own, for a moment.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../server/database/embedded/postgres.ts';
import { migrate } from '../server/database/migrations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    schema: { type: 'string', default: path.join(root, 'prisma/schema.prisma') },
    folder: { type: 'string', default: path.join(root, 'prisma/migrations') },
  },
});
const name = positionals
  .join('_')
  .toLowerCase()
  .replaceAll(/[^a-z\d]+/g, '_');
if (!/[a-z]/.test(name)) {
  console.error('Name what changes: npm run migration:create -- webhook_labels');
  process.exit(1);
}

const logger = pino({ level: 'silent' });
const scratch = await mkdtemp(path.join(tmpdir(), 'nexus-migration-'));
const postgres = await startEmbeddedPostgres({ dataDir: scratch, logger });
try {
  await migrate(postgres.url, { logger, folder: values.folder });
  const forth = await diff('--from-config-datasource', '--to-schema', values.schema);
  if (forth === '') {
    console.log('The migrations make what the schema says: there is nothing to write.');
  } else {
    const back = await diff('--from-schema', values.schema, '--to-config-datasource');
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const folder = path.join(values.folder, `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(path.join(folder, 'migration.sql'), `${forth}\n`);
    await writeFile(path.join(folder, 'back.sql'), `${back}\n`);
    console.log(`Written: ${path.relative(process.cwd(), folder)}. Read both files: what a diff cannot
know (a default for the rows that are there, a rename, an index that must not lock) is yours to write.`);
  }
} finally {
  await postgres.stop();
  await rm(scratch, { recursive: true, force: true });
}

/** The SQL from one schema to another, as Prisma writes it; nothing where they are the same. */
async function diff(...args) {
  const program = path.join(root, 'node_modules/.bin/prisma');
  const { stdout } = await promisify(execFile)(program, ['migrate', 'diff', ...args, '--script'], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: postgres.url, NO_COLOR: '1' },
  });
  const sql = stdout.trim();
  return sql.startsWith('-- This is an empty migration') ? '' : sql;
}
