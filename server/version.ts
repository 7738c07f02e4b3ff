import { readFileSync } from 'node:fs';

/** The product's version, of package.json, from the source as from the build. */
export function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
        return String(parsed.version);
      }
    } catch {
      // Not there: the build stands a folder deeper.
    }
  }
  return 'unknown';
}
