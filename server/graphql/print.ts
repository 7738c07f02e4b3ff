import { readFileSync, writeFileSync } from 'node:fs';

import { printSdl } from './schema/sdl.ts';

/**
 * A script: `npm run schema:print` writes schema.graphql; with `--check` it only says, by its
 * exit code too, whether the file is in step with the code.
 */
const file = new URL('../../schema.graphql', import.meta.url);
const sdl = printSdl();

if (!process.argv.includes('--check')) {
  writeFileSync(file, sdl);
} else if (readFileSync(file, 'utf8') !== sdl) {
  console.error('schema.graphql is not what the code says; run: npm run schema:print');
  process.exitCode = 1;
}
