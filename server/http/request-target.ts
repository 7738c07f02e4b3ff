import type { IncomingMessage } from 'node:http';

import { parseUrl } from '../domain/address/parsed-url.ts';

/** Where a request goes. */
export interface RequestTarget {
  /** As it was sent, percent-encoded; `*` for a request to the server as a whole. */
  pathname: string;
  /** With its question mark; empty where there is none. */
  search: string;
  /** The host and, where one was named, the port; null where the client named none. */
  host: string | null;
}

/**
 * Reads where a request goes, the same for requests and upgrades, in any of the forms of RFC 9112,
 * section 3.2; null where that is not clear: the answer is 400 then. A target of its own (the
 * absolute form, which proxies are sent) goes before the Host header.
 */
export function readTarget(request: IncomingMessage): RequestTarget | null {
  const { url: target = '', headers, method, rawHeaders } = request;
  const hosts = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host');
  const host = headers.host?.trim() ?? '';
  if (hosts.length > 1 || (host !== '' && !isHost(host))) return null;
  if (target === '*' && method === 'OPTIONS') return { pathname: '*', search: '', host };
  if (PLAIN_PATH.test(target)) {
    return { pathname: target, search: '', host: host === '' ? null : host };
  }
  const isAbsolute = /^https?:\/\//i.test(target);
  // Two slashes first are a path to some readers and a host to others.
  if (!isAbsolute && !/^\/(?![/\\])/.test(target)) return null;
  const text = isAbsolute ? target : `http://localhost${target}`;
  const url = parseUrl(text);
  if (url === null || url.username !== '' || url.password !== '') return null;
  const named = isAbsolute ? url.host : host;
  return { pathname: url.pathname, search: url.search, host: named === '' ? null : named };
}

/** What a URL's path is written as, whoever reads it: most requests have no other. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/;

/** Whether a Host header is a host with or without a port, and nothing else. */
function isHost(text: string): boolean {
  // Most are the one before.
  if (text === lastHost) return true;
  const isOne = !/[\s/?#@\\]/.test(text) && parseUrl(`http://${text}/`) !== null;
  if (isOne) lastHost = text;
  return isOne;
}

let lastHost = '';

/** From here on the request says what was read, whoever reads it next. */
export function settleTarget(request: IncomingMessage, { pathname, search, host }: RequestTarget) {
  request.url = `${pathname}${search}`;
  if (host === null) delete request.headers.host;
  else request.headers.host = host;
}
