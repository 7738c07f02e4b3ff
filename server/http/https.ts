import type { IncomingMessage } from 'node:http';

/**
 * Whether the browser asked by https, which a proxy before us ends: by the page's origin, or by
 * what the proxy says. A false header harms only its sender: what goes by it are the
 * attributes of their own cookie.
 */
export function isHttps({ headers }: IncomingMessage): boolean {
  if (headers.origin?.startsWith('https:') === true) return true;
  const [first = ''] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return first.trim().toLowerCase() === 'https';
}
