#!/usr/bin/env node
// Makes what `npm start` runs: the Prisma client and dist/. Each is made anew only where its
// sources have changed, which takes some milliseconds to find out; --force makes both.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

function sourcesBelow(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
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
  runScript(script, args, name);
}

function runScript(script, args, name = script) {
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
  // By a name of its own in package.json, or it would come along as a peer of @prisma/client, with 230 MB.
  make: () => runTool('prisma-cli', 'build/index.js', ['generate']),
});
if (!process.argv.includes('--generate')) {
  step({
    output: 'dist/server',
    sources: [
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'prisma/schema.prisma',
      ...sourcesBelow('server'),
    ],
    // Types are checked by `npm run check`; here they would only cost time.
    make: () =>
      replace('dist/server', 'server', (folder) =>
        runTool('typescript', 'bin/tsc', [
          ...['-p', 'tsconfig.build.json'],
          ...['--noCheck', '--outDir', folder],
        ]),
      ),
  });
  step({
    output: 'dist/graphiql',
    sources: ['package-lock.json', 'scripts/build.mjs', ...sourcesBelow('assets/graphiql')],
    // The page's packages are built into these files: a server needs none of them.
    make: () =>
      replace('dist/graphiql', 'graphiql', (folder) => {
        const made = path.join(folder, 'graphiql');
        cpSync(path.join(root, 'assets/graphiql'), made, { recursive: true });
        const packaged = path.dirname(require.resolve('@graphql-yoga/graphiql/package.json'));
        for (const name of ['graphiql.css', 'yoga-graphiql.umd.js', 'monacoeditorwork']) {
          cpSync(path.join(packaged, 'dist', name), path.join(made, name), { recursive: true });
        }
      }),
  });
  step({
    output: 'dist/web',
    sources: [
      'package-lock.json',
      'vite.config.ts',
      'scripts/web-operations.mjs',
      ...sourcesBelow('web'),
    ],
    make: () =>
      replace('dist/web', 'web', (folder) => {
        const web = path.join(folder, 'web');
        runTool('vite', 'bin/vite.js', ['build', '--logLevel', 'warn', '--outDir', web]);
        compress(web);
        runScript('scripts/web-operations.mjs', [path.join(web, 'operations.json')]);
      }),
  });
}

/** Made beside it and moved into its place: a server that is starting must find it whole. */
function replace(output, made, make) {
  const folder = path.join(root, `dist.${process.pid}`);
  make(folder);
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  rmSync(path.join(root, output), { recursive: true, force: true });
  renameSync(path.join(folder, made), path.join(root, output));
  rmSync(folder, { recursive: true, force: true });
}

/** Once here instead of at each request. Fonts are compressed already. */
function compress(folder) {
  const files = readdirSync(path.join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name));
  for (const name of files) {
    const file = path.join(folder, 'assets', name);
    const content = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(content));
  }
}
