import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const tests = readdirSync(`${root}/test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`);
const testsThat = (pattern: RegExp) =>
  tests.filter((file) => pattern.test(readFileSync(`${root}/${file}`, 'utf8')));

/** What measures: it runs alone on the machine: `npm run test:measured`. */
const MEASURED = ['test/**/*.measured.test.ts'];

/** What takes longer than the suite can bear: `npm run test:faults`. Kills take all that a machine has. */
const FAULTS = ['test/**/*.faults.test.ts'];
const KILLS = ['test/kills/*.faults.test.ts'];
/** And what of it measures, and so runs alone on the machine. */
const MEASURED_FAULTS = ['test/**/*.measured-faults.test.ts'];

/** What adds fields of its own to the schema (test/http/served-api.ts). */
const OWN_SCHEMA = ['test/http/**/*.test.ts'];

/**
 * What changes its process: the clock, the console. Others would see it, and it would see what they
 * have left behind.
 */
const OWN_PROCESS = testsThat(/\bvi\.(useFakeTimers|setSystemTime|spyOn|mock|stub\w+)\(/);

/** What needs a browser, a process of its own (server, database, compiler), or waits for a clock. */
const SLOW = testsThat(
  /\b(describeInBrowser|launchChromium|createLauncher|makeServedProcesses|startEmbeddedPostgres|openDataFolder|spawnSync|spawn|openTcpGate|setTimeout as pause)\b/,
);

/** Set by `npm run test:quick`. */
const isQuick = process.env['TEST_QUICK'] === '1';
const exclude = [...MEASURED, ...FAULTS, ...MEASURED_FAULTS, ...(isQuick ? SLOW : [])];

export default defineConfig({
  // Node's import of graphql is index.js, Vite's would be index.mjs: two copies that refuse each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    pool: 'forks',
    // Only a test that fails waits that long: see PATIENCE_MS in test/support/wait.ts.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    provide: { backends: isQuick ? 'one' : 'all' },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared process',
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, ...OWN_SCHEMA, ...OWN_PROCESS],
          // One process runs many files: importing the server costs more than most files' tests.
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'own schema',
          include: OWN_SCHEMA,
          exclude: [...exclude, ...OWN_PROCESS],
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'own process',
          include: OWN_PROCESS,
          exclude,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'measured', include: MEASURED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'kills', include: KILLS, maxWorkers: 3, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: FAULTS,
          exclude: KILLS,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measured faults',
          include: MEASURED_FAULTS,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
