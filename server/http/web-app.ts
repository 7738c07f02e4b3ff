import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

import sirv from 'sirv';

/** The built web app: its files, and its page for every address that the app itself routes. */
export interface WebApp {
  /** Answers whether it took the request; if so, it has answered or will. */
  serve(pathname: string, request: IncomingMessage, response: ServerResponse): boolean;
}

/** The build names these by their content: they never change. */
const HASHED = '/assets/';

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
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Null where the app was not built, e.g. where the server runs from its source. */
export function createWebApp(): WebApp | null {
  const folder = builtFolder();
  if (folder === null) return null;
  const page = readFileSync(`${folder}/index.html`);
  const files = sirv(folder, {
    gzip: true,
    brotli: true,
    etag: true,
    setHeaders(response, pathname) {
      response.setHeader(
        'cache-control',
        pathname.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });

  return {
    serve(pathname, request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
      const isPage = request.headers.accept?.includes('text/html') === true;
      if (isPage && !pathname.startsWith(HASHED)) {
        response.setHeader('cache-control', 'no-cache');
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader('content-length', page.length);
        response.end(request.method === 'HEAD' ? undefined : page);
        return true;
      }
      let isFile = true;
      files(request, response, () => {
        isFile = false;
      });
      if (!isFile) response.removeHeader('content-security-policy');
      return isFile;
    },
  };
}

/** Beside the built server; from the source, what was built last. */
function builtFolder(): string | null {
  const candidates = ['../../web', '../../dist/web'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((path) => existsSync(`${path}/assets`)) ?? null;
}
