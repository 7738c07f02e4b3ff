#!/usr/bin/env node
// Writes web/graphql/schema-types.d.ts, from which the web app's operations take their types, out of
// schema.graphql; with --check only says whether the two are in step.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const package_ = createRequire(import.meta.url).resolve('gql.tada/package.json');
const cli = path.join(path.dirname(package_), 'bin/cli.js');
const kept = path.join(root, 'web/graphql/schema-types.d.ts');

function generate(output) {
  const how = ['generate-output', '--output', output, '--tsconfig', 'web/tsconfig.json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...how], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
}

if (process.argv.includes('--check')) {
  const fresh = path.join(root, `web/graphql/.schema-types.${process.pid}.d.ts`);
  try {
    generate(fresh);
    if (readFileSync(fresh, 'utf8') !== readFileSync(kept, 'utf8')) {
      console.error('web/graphql/schema-types.d.ts is out of step: run "npm run schema:print".');
      process.exitCode = 1;
    }
  } finally {
    rmSync(fresh, { force: true });
  }
} else {
  generate(kept);
}
