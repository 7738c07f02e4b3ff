import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

interface Entry {
  integrity?: string;
  license?: string;
  resolved?: string;
  hasInstallScript?: boolean;
}
interface Lock {
  packages: Record<string, Entry>;
}

const readLock = () => JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as Lock;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-supply-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function check(lock: Lock): { code: number | null; said: string } {
  const path = join(folder, 'package-lock.json');
  writeFileSync(path, JSON.stringify(lock));
  const script = join(PROJECT, 'scripts/check-supply.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--lock', path], {
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

describe('what is installed', () => {
  it('is what was looked at', () => {
    const { code, said } = check(readLock());
    expect(said).toMatch(/^\d+ packages: all with a checksum/);
    expect(code).toBe(0);
  });

  it.each<[string, Entry, string]>([
    ['a package with no checksum', { integrity: '' }, 'has no SHA-512 checksum'],
    ['one with a weak checksum', { integrity: 'sha1-abc' }, 'has no SHA-512 checksum'],
    [
      'one from elsewhere',
      { resolved: 'git+ssh://git@example.com/some/where.git#abc' },
      'comes from git+ssh:',
    ],
    ['one that runs a script', { hasInstallScript: true }, 'runs a script as it is installed'],
    ['one under another licence', { license: 'AGPL-3.0-only' }, 'not allowed: AGPL-3.0-only'],
    ['one that is under two', { license: 'MIT AND GPL-3.0-only' }, 'not allowed: MIT AND GPL'],
    ['one that says nothing', { license: '' }, 'not allowed:'],
  ])('is refused: %s', (_name, change, fault) => {
    const lock = readLock();
    Object.assign(lock.packages['node_modules/graphql'] ?? {}, change);
    const { code, said } = check(lock);
    expect(said).toMatch(/^graphql@/);
    expect(said).toContain(fault);
    expect(code).toBe(1);
  });

  it('leaves the choice between licences, of which one is allowed', () => {
    const lock = readLock();
    Object.assign(lock.packages['node_modules/graphql'] ?? {}, {
      license: '(GPL-3.0-only OR MIT)',
    });
    expect(check(lock).code).toBe(0);
  });

  it('is listed by npm run sbom, each package with its version, licence and checksum', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], {
      cwd: PROJECT,
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
    });
    const bom = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string; version: string; hashes?: { alg: string }[] }[];
    };
    expect(bom.bomFormat).toBe('CycloneDX');
    const listed = new Map(bom.components.map(({ name, version }) => [name, version]));
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of [...Object.keys(dependencies), 'react', 'urql']) {
      expect(listed.has(name), name).toBe(true);
    }
    for (const { name, hashes = [] } of bom.components) {
      expect(
        hashes.map(({ alg }) => alg),
        name,
      ).toContain('SHA-512');
    }
  });
});
