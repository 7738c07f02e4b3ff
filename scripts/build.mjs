#!/usr/bin/env node
// Makes what `npm start` runs: the Prisma client and dist/. Each is made anew only where its
// sources have changed, which takes some milliseconds to find out; --force makes both.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

function sourcesBelow(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(path.join('server', 'generated')))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function runTool(name, bin, args) {
  let script;
  try {
    script = path.join(path.dirname(require.resolve(`${name}/package.json`)), bin);
  } catch {
    fail(`The build needs ${name}, a development dependency: run "npm ci --include=dev".`);
  }
  const bins = path.join(root, 'node_modules', '.bin');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bins}${path.delimiter}${process.env.PATH}` },
  });
  if (status !== 0) fail(`${stdout}\n${stderr}\n${name} ended with status ${status}.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Runs `make` where what `output` was made from is no longer what is there. */
function step({ output, sources, make }) {
  const stamp = path.join(root, output, '.made-from');
  const hash = hashOf(sources);
  const isFresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isFresh && !process.argv.includes('--force')) return;
  make();
  writeFileSync(stamp, hash);
}

step({
  output: 'server/generated',
  sources: ['prisma/schema.prisma', 'package-lock.json'],
  make: () => runTool('prisma', 'build/index.js', ['generate']),
});
if (!process.argv.includes('--generate')) {
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  step({
    output: 'dist',
    sources: [...settings, 'prisma/schema.prisma', ...sourcesBelow('server')],
    make: () => {
      // Made beside it and moved into its place: a server that is starting must find it whole.
      const folder = path.join(root, `dist.${process.pid}`);
      // Types are checked by `npm run check`; here they would only cost time.
      const how = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder];
      runTool('typescript', 'bin/tsc', how);
      rmSync(path.join(root, 'dist'), { recursive: true, force: true });
      renameSync(folder, path.join(root, 'dist'));
    },
  });
}
