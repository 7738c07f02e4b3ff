import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../server/graphql', import.meta.url));

it('resolvers leave it to the services to read and write tables', () => {
  const own = /\bprisma\.\w+\.\w+\(|\bpool\.query\b|\$(query|execute)Raw/;
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((name) => own.test(readFileSync(join(FOLDER, name), 'utf8')))).toEqual([]);
});
