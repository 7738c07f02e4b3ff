import { expect } from 'vitest';

import type { Role } from '../../server/generated/prisma/enums.ts';
import type { Answer, ServedApi } from './served-api.ts';

/** An answer of /session. */
export interface Told {
  status: number;
  headers: Headers;
  body: { message?: string; role?: string; tenant?: string } | null;
}

/** Somebody who signs in at a served API as a browser does. */
export interface Visitor {
  sendSession(method: string, request?: SessionRequest): Promise<Told>;
  signIn(body: object, headers?: Record<string, string>, address?: string): Promise<Told>;
  signOut(cookie: string, headers?: Record<string, string>): Promise<Told>;
  /** Signs in, with the VIEWER key where none is given, and returns the Cookie header to send. */
  signedIn(key?: string): Promise<string>;
  /** A new key of this role, VIEWER if it is omitted. */
  newKey(role?: Role): Promise<{ id: string; key: string }>;
  /** Sends an operation, VIEWER if it is omitted, with these headers and no key. */
  ask(headers: Record<string, string>, body?: object): Promise<Answer>;
  /** The code of the error that VIEWER gets. */
  codeWith(headers: Record<string, string>): Promise<unknown>;
  /** Whether the cookie still stands for somebody. */
  isGood(cookie: string): Promise<boolean>;
}

interface SessionRequest {
  body?: string;
  headers?: Record<string, string>;
  /** That of the served API if omitted. */
  address?: string;
}

export const JSON_TYPE = { 'content-type': 'application/json' };
export const CSRF = { 'x-nexus-csrf': '1' };
export const VIEWER = { query: '{ viewer { apiKey { role } } }' };
/** What VIEWER answers to whom `signedIn()` signs in. */
export const asViewer = { viewer: { apiKey: { role: 'VIEWER' } } };

/** The Cookie header that a browser would send after this answer. */
export function cookieOf({ headers }: Told): string {
  const [pair = ''] = (headers.get('set-cookie') ?? '').split(';');
  expect(pair).toMatch(/^nexus_session=nxs_session_[\w-]{43}$/);
  return pair;
}

export function visit(api: ServedApi): Visitor {
  const visitor: Visitor = {
    async sendSession(method, { body, headers, address = api.address } = {}) {
      const response = await fetch(`${address}/session`, {
        method,
        ...(body !== undefined && { body }),
        ...(headers && { headers }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : (JSON.parse(text) as Told['body']),
      };
    },
    signIn: (body, headers, address = api.address) =>
      visitor.sendSession('POST', {
        body: JSON.stringify(body),
        headers: { ...JSON_TYPE, ...headers },
        address,
      }),
    signOut: (cookie, headers) =>
      visitor.sendSession('DELETE', { headers: { cookie, ...headers } }),
    signedIn: async (apiKey = api.keys.VIEWER) => cookieOf(await visitor.signIn({ apiKey })),
    async newKey(role = 'VIEWER') {
      const input = { name: 'short-lived', role };
      const { value } = await api.services.apiKeys.create(api.tenantId, input);
      if (value === undefined) throw new Error('not made');
      return { id: value.apiKey.id, key: value.key };
    },
    ask: (headers, body = VIEWER) => api.post(body, { headers }),
    codeWith: async (headers) => (await visitor.ask(headers)).errors?.[0]?.extensions['code'],
    isGood: async (cookie) =>
      (await visitor.ask({ cookie, ...CSRF })).data?.['viewer'] !== undefined,
  };
  return visitor;
}
