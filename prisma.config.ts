import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma-cli/config';

// Where the native schema engine cannot be downloaded, this stand-in does its work.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(
  new URL('./prisma/schema-engine.mjs', import.meta.url),
);
process.env['CHECKPOINT_DISABLE'] ??= '1';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/nexus' },
});
