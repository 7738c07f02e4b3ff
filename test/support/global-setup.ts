import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../server/database/embedded/postgres.ts';
import { migrate } from '../../server/database/migrations.ts';
import { startRedisServer } from './queue/redis-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** As its superuser, to the database `nexus`, which no test uses. */
    postgresUrl: string;
    /** The name of a database that is migrated and otherwise empty. */
    postgresTemplate: string;
    redisUrl: string;
    /** On how many kinds of backend the same tests run. */
    backends: 'one' | 'all';
  }
}

const TEMPLATE = 'nexus_template';

/** One PostgreSQL and one Redis for the whole run: real ones, on free ports, gone at its end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-test-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const teardown = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const redisFolder = join(folder, 'redis');
    await mkdir(redisFolder);
    const redis = await startRedisServer(redisFolder);
    undo.push(() => redis.stop());

    const logger = pino({ level: 'silent' });
    const postgres = await startEmbeddedPostgres({
      dataDir: join(folder, 'postgres'),
      logger,
      settings: {
        fsync: 'off',
        full_page_writes: 'off',
        synchronous_commit: 'off',
        max_connections: '300',
        // Counts statements, for the test of what a delivery costs.
        shared_preload_libraries: 'pg_stat_statements',
      },
    });
    undo.push(() => postgres.stop());
    await makeTemplate(postgres.url);

    project.provide('postgresUrl', postgres.url);
    project.provide('postgresTemplate', TEMPLATE);
    project.provide('redisUrl', redis.url);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function makeTemplate(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href, { logger: pino({ level: 'silent' }) });
}
