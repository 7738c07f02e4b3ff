import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Caller } from '../../access/caller.ts';
import { permissionsOf } from '../../access/roles.ts';
import type { SignInCode } from '../../access/sign-in-code.ts';
import type { Services } from '../../graphql/schema/context.ts';
import type { ErrorMask } from '../../graphql/errors/mask-error.ts';
import { type GuessLimit, tooManyGuesses } from './guess-limit.ts';
import { isOriginAllowed } from '../origin.ts';
import { isHttps } from '../https.ts';
import { sessionCookies, sessionTokens } from './session-cookie.ts';
import { readSignIn, type SignIn } from './sign-in-request.ts';

/** Answers what is sent to /session: POST signs in, DELETE signs out. */
export type SessionRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface SessionRouteOptions {
  services: Services;
  /** Null where no sign-in link was printed. */
  signInCode: SignInCode | null;
  mask: ErrorMask;
  guesses: GuessLimit;
  /** Told of each session that was ended here. */
  onEnded(sessionId: string): void;
}

interface Answer {
  status: number;
  /** Null for none. */
  body: object | null;
  headers?: Record<string, string | string[]>;
}

export function createSessionRoute(options: SessionRouteOptions): SessionRoute {
  const { services, signInCode, mask, guesses, onEnded } = options;
  const { apiKeys, configuration, prisma, sessions } = services;

  async function signIn(request: IncomingMessage): Promise<Answer> {
    const asked = await readSignIn(request);
    if ('refusal' in asked) return refusal(asked.status, asked.refusal);
    const admitted = await admit(asked, request);
    if (admitted !== null) return admitted;
    const wait = guesses.count(request);
    if (wait === 0) return refusal(401, REFUSALS[asked.by]);
    const headers = { 'retry-after': String(wait) };
    return { ...refusal(429, `${REFUSALS[asked.by]} ${tooManyGuesses(wait)}`), headers };
  }

  /** Null where nobody stands behind what was given. */
  async function admit({ by, text }: SignIn, request: IncomingMessage): Promise<Answer | null> {
    if (by === 'signInCode') {
      return signInCode && signInCode.redeem(text, (caller) => open(caller, request));
    }
    const caller = await apiKeys.resolveCaller(text);
    return caller && open(caller, request);
  }

  async function open(caller: Caller, request: IncomingMessage): Promise<Answer> {
    if (!permissionsOf(caller).read) return refusal(403, MAY_NOT_READ);
    const { name } = await prisma.tenant.findUniqueOrThrow({
      where: { id: caller.tenantId },
      select: { name: true },
    });
    const token = await sessions.create(caller);
    await endSessionsOf(request);
    return {
      status: 200,
      body: { role: caller.role, tenant: name },
      headers: { 'set-cookie': sessionCookies(token, { isHttps: isHttps(request) }) },
    };
  }

  async function signOut(request: IncomingMessage): Promise<Answer> {
    await endSessionsOf(request);
    const headers = { 'set-cookie': sessionCookies(null, { isHttps: isHttps(request) }) };
    return { status: 204, body: null, headers };
  }

  async function endSessionsOf({ headers }: IncomingMessage): Promise<void> {
    for (const token of sessionTokens(headers.cookie)) {
      const sessionId = await sessions.end(token);
      if (sessionId !== null) onEnded(sessionId);
    }
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { method, headers } = request;
    if (method !== 'POST' && method !== 'DELETE') {
      return { ...refusal(405, 'POST signs in, DELETE signs out.'), headers: ALLOW };
    }
    if (!isOriginAllowed(headers.origin, headers.host, configuration.allowedOrigins)) {
      return refusal(403, FOREIGN_ORIGIN);
    }
    try {
      return await (method === 'POST' ? signIn(request) : signOut(request));
    } catch (error) {
      const { message, extensions } = mask(error);
      if (extensions['code'] !== 'SERVICE_UNAVAILABLE') return refusal(500, message);
      const headers = { 'retry-after': String(extensions['retryAfter']) };
      return { ...refusal(503, message), headers };
    }
  }

  return async (request, response) => {
    const { status, body, headers } = await answerTo(request);
    // What is left of a body that was not read to its end.
    request.resume();
    response.writeHead(status, {
      ...headers,
      'cache-control': 'no-store',
      ...(body !== null && { 'content-type': 'application/json; charset=utf-8' }),
    });
    response.end(body === null ? undefined : `${JSON.stringify(body)}\n`);
  };
}

const ALLOW = { allow: 'POST, DELETE' };

const REFUSALS: Record<SignIn['by'], string> = {
  apiKey: 'This API key is not known, or was revoked.',
  signInCode:
    'This sign-in link is not known here, was used, or is more than an hour old. Sign in with an API key, or start the server again for a new link.',
};

const MAY_NOT_READ =
  'A PUBLISHER key may trigger events but not read them, so it cannot sign in. Keys with the roles ADMIN, OPERATOR and VIEWER can.';

const FOREIGN_ORIGIN =
  'Pages of this origin may not sign in or out here: it is neither the address of this server nor in ALLOWED_ORIGINS.';

function refusal(status: number, message: string): Answer {
  return { status, body: { message } };
}
