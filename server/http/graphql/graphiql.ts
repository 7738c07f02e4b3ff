import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '../../faults/startup-error.ts';

/** GraphiQL at /graphql, from files of our own and of @graphql-yoga/graphiql, put together by the build: no outside request. */
export interface GraphiQL {
  /** Returns whether this path was its own; if so, it has answered the request. */
  serve(
    pathname: string,
    wantsPage: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean>;
}

const ASSETS = '/graphiql-assets/';

const CONTENT_TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Scripts from here alone; the editor makes style elements, and takes its fonts from data: URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the build puts beside the program (scripts/build.mjs). */
const FILES = [
  'start.js',
  'page.css',
  'graphiql.css',
  'yoga-graphiql.umd.js',
  'monacoeditorwork/editor.worker.bundle.js',
  'monacoeditorwork/json.worker.bundle.js',
  'monacoeditorwork/graphql.worker..bundle.js',
];

export function createGraphiQL(): GraphiQL {
  const folder = builtFolder();
  const files = new Map(FILES.map((name) => [name, join(folder, name)]));

  return {
    async serve(pathname, wantsPage, request, response) {
      if (pathname === '/graphql' && wantsPage) {
        response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
        await send(join(folder, 'index.html'), request, response);
        return true;
      }
      if (!pathname.startsWith(ASSETS)) return false;
      const file = files.get(pathname.slice(ASSETS.length));
      if (file === undefined) return false;
      // Workers take the policy of their own response.
      response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
      await send(file, request, response);
      return true;
    },
  };
}

/** From the source as from the build, which stands beside it. */
function builtFolder(): string {
  const candidates = ['../../../dist/graphiql/', '../../../graphiql/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new StartupError('dist/graphiql is missing: run "npm run build"');
  return found;
}

async function send(
  file: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
  response.setHeader('etag', etag);
  response.setHeader('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/plain',
    'content-length': size,
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(createReadStream(file), response);
}
