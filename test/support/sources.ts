import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../server', import.meta.url));

/** The server's own sources, generated ones left out, whose text matches; names within server/. */
export function sourcesWith(pattern: RegExp): string[] {
  return readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
    .filter((name) => pattern.test(readFileSync(join(SERVER, name), 'utf8')))
    .map((name) => name.replaceAll('\\', '/'));
}
