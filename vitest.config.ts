import { defineConfig } from 'vitest/config';

/** What measures: other tests beside it on the same cores would be measured too. */
const ALONE = [
  'test/delivery/statements.test.ts',
  'test/web/lighthouse.test.ts',
  'test/web/load.test.ts',
];

/** What adds fields of its own to the schema (test/http/served-api.ts). */
const OWN_SCHEMA = ['test/http/**/*.test.ts'];

export default defineConfig({
  // Node's import of graphql is index.js, Vite's would be index.mjs: two copies that refuse each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...OWN_SCHEMA],
          // One process runs many files: importing the server costs more than most files' tests.
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'own schema',
          include: OWN_SCHEMA,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
