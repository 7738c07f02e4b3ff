import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../support/installation/installation.ts';
import { insertKey, useStage } from '../support/installation/stage.ts';

const [variant] = VARIANTS as [Variant];
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** A platform's code: what is right is taken, what is wrong is not. */
const PLATFORM = `import type { EventPayloads, EventTypeName } from './events.ts';
declare function trigger<Name extends EventTypeName>(name: Name, payload: EventPayloads[Name]): void;
trigger('invoice.paid', { invoice_id: 'inv_1', lines: [{ amount: 2.5 }] });
trigger('invoice-paid', { other: true });
trigger('user.created', { whatever: 1 });
// @ts-expect-error -- the id is missing
trigger('invoice.paid', { lines: [] });
// @ts-expect-error -- an amount is a number
trigger('invoice.paid', { invoice_id: 'inv_1', lines: [{ amount: '2.5' }] });
// @ts-expect-error -- there is no such type
trigger('invoice.payd', {});
`;

const SCHEMA = {
  title: 'Invoice',
  type: 'object',
  required: ['invoice_id'],
  properties: {
    invoice_id: { type: 'string' },
    lines: { type: 'array', items: { $ref: '#/$defs/Line' } },
  },
  $defs: { Line: { type: 'object', properties: { amount: { type: 'number' } } } },
};

describe('npm run types:generate', () => {
  const stage = useStage(variant);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-types-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it(
    'writes types of the payloads that a platform’s own code is checked against',
    async () => {
      const tenant = await stage.tenant();
      const make = (input: Record<string, unknown>) =>
        tenant.mutate('eventTypeCreate', input, 'eventType { id }');
      await make({ name: 'invoice.paid', description: 'In full. */', schema: SCHEMA });
      await make({ name: 'invoice-paid', schema: { $defs: { Line: {} }, type: 'object' } });
      await tenant.mutate(
        'eventTypeUpdate',
        { name: 'task.created', isDeprecated: true },
        'eventType { id }',
      );
      const { installation } = stage;
      const out = join(folder, 'events.ts');
      const args = ['run', '--silent', 'types:generate', '--', '--out', out];
      const key = await insertKey(installation, tenant.tenantId, 'PUBLISHER');
      const env = { ...process.env, NEXUS_API_KEY: key };
      const { stdout } = await run('npm', [...args, '--url', installation.address], {
        cwd: PROJECT,
        env,
      });
      expect(stdout).toContain('25 event types, 2 of them with a schema');
      expect(await readFile(out, 'utf8')).toContain('@deprecated */\n  "task.created": unknown;');

      await writeFile(join(folder, 'platform.ts'), PLATFORM);
      const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
      const options = ['--noEmit', '--strict', '--allowImportingTsExtensions'];
      const checked = await run(process.execPath, [tsc, ...options, 'platform.ts'], {
        cwd: folder,
      }).catch((error: { stdout: string }) => error);
      expect(checked.stdout).toBe('');

      const refused = await run('npm', [...args, '--url', installation.address], {
        cwd: PROJECT,
        env: { ...env, NEXUS_API_KEY: 'no key' },
      }).catch((error: { stderr: string }) => error);
      expect(refused.stderr).toContain('The server said:');
    },
    TIMEOUT_MS,
  );
});
