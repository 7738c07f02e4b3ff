#!/usr/bin/env node
// Copies what a server loads at run time, and nothing else, into a folder: for the image.
// node scripts/trace-image.mjs FOLDER, after npm run build.
import { nodeFileTrace } from '@vercel/nft';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('Name the folder to copy to: node scripts/trace-image.mjs FOLDER');
  process.exit(1);
}

/** Read from the disk and not imported, which no trace can see. */
const BESIDES = [
  'package.json',
  'dist/server',
  'dist/web',
  'dist/graphiql',
  'prisma/migrations',
  'examples',
  // pino's destinations and bullmq's scripts are found by name.
  'node_modules/bullmq/dist/esm/commands',
  'node_modules/bullmq/dist/cjs/commands',
];

const { fileList } = await nodeFileTrace([path.join(root, 'dist/server/main.js')], { base: root });
const traced = [...fileList].filter((file) => file.startsWith('node_modules/'));
for (const file of [...traced, ...BESIDES]) {
  const to = path.join(target, file);
  await mkdir(path.dirname(to), { recursive: true });
  await cp(path.join(root, file), to, { recursive: true, force: true }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
console.log(`${traced.length} files of packages are loaded at run time.`);
