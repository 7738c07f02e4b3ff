import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built web app: its files, and its page for every address that the app itself routes. */
export interface WebApp {
  /** Returns whether this path was its own; if so, it has answered the request. */
  serve(pathname: string, request: IncomingMessage, response: ServerResponse): boolean;
}

/** A file of the build, as the start found it. */
interface BuiltFile {
  contentType: string;
  etag: string;
  identity: Buffer;
  /** What the build compressed. */
  encoded: { br?: Buffer; gzip?: Buffer };
}

/** The build names these by their content: they never change. */
const HASHED = '/assets/';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Scripts and everything else from here alone. Styles may stand in elements and attributes: the
 * libraries for dialogs and for the editor place things so; none of it comes from payloads.
 * Source: https://www.w3.org/TR/CSP3/
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Reads the whole build (some 2 MB) into memory: a build that is made anew beside a running server
 * must not take away the files that its open pages still load. Null where nothing was built.
 */
export function createWebApp(folder: string | null = builtFolder()): WebApp | null {
  if (folder === null) return null;
  const files = readBuild(folder);
  const page = files.get('/index.html');
  if (page === undefined) return null;

  return {
    serve(pathname, request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const isHashed = pathname.startsWith(HASHED);
      const wantsPage = !isHashed && request.headers.accept?.includes('text/html') === true;
      const file = files.get(pathname) ?? (wantsPage ? page : undefined);
      if (file === undefined) return false;
      response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
      response.setHeader(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      send(file, request, response);
      return true;
    },
  };
}

function send(file: BuiltFile, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('etag', file.etag);
  response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find(
    (name) => file.encoded[name] !== undefined && new RegExp(`\\b${name}\\b`).test(accepted),
  );
  const content = (encoding && file.encoded[encoding]) ?? file.identity;
  if (encoding !== undefined) response.setHeader('content-encoding', encoding);
  response.writeHead(200, {
    'content-type': file.contentType,
    'content-length': content.length,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

function readBuild(folder: string): Map<string, BuiltFile> {
  const files = new Map<string, BuiltFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const contentType = CONTENT_TYPES[extname(file)];
    if (!entry.isFile() || contentType === undefined) continue;
    const identity = readFileSync(file);
    const [br, gzip] = [`${file}.br`, `${file}.gz`].map((name) =>
      existsSync(name) ? readFileSync(name) : undefined,
    );
    files.set(`/${relative(folder, file).split(sep).join('/')}`, {
      contentType,
      etag: `"${createHash('sha256').update(identity).digest('base64url')}"`,
      identity,
      encoded: { ...(br && { br }), ...(gzip && { gzip }) },
    });
  }
  return files;
}

/** Beside the built server; from the source, what was built last. */
function builtFolder(): string | null {
  const candidates = ['../../web', '../../dist/web'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((path) => existsSync(join(path, 'assets'))) ?? null;
}
