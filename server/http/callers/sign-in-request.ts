import type { IncomingMessage } from 'node:http';

import { readBodyText, UnreadBody } from '../body-text.ts';

/** What somebody signs in with. */
export interface SignIn {
  by: 'apiKey' | 'signInCode';
  text: string;
}

/** Why a request is none, for the client, and the HTTP status that says so. */
export interface SignInRefusal {
  status: 400 | 413 | 415;
  refusal: string;
}

const MAX_BODY_BYTES = 4_096;

/** Reads the body of POST /session: JSON, `{"apiKey": "…"}` or `{"signInCode": "…"}`. Never rejects. */
export async function readSignIn(request: IncomingMessage): Promise<SignIn | SignInRefusal> {
  const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';');
  // A form's type: a page of another origin could send it without asking first.
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    const refusal = 'The body is JSON: send it with content-type: application/json.';
    return { status: 415, refusal };
  }
  const text = await readText(request);
  if (text === null) {
    return { status: 413, refusal: `The body has ${MAX_BODY_BYTES} bytes at most.` };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { status: 400, refusal: 'The body is no JSON.' };
  }
  return signInOf(body) ?? { status: 400, refusal: NO_SIGN_IN };
}

const NO_SIGN_IN = 'The body is either {"apiKey": "…"} or {"signInCode": "…"}, a string not empty.';

function signInOf(body: unknown): SignIn | null {
  if (typeof body !== 'object' || body === null) return null;
  const [entry, another] = Object.entries(body);
  if (entry === undefined || another !== undefined) return null;
  const [by, value]: [string, unknown] = entry;
  if (by !== 'apiKey' && by !== 'signInCode') return null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  return { by, text: value.trim() };
}

/** Null where it is too large; of a body that did not come whole there is nothing to read. */
async function readText(request: IncomingMessage): Promise<string | null> {
  try {
    return await readBodyText(request, MAX_BODY_BYTES);
  } catch (error) {
    return error instanceof UnreadBody && error.reason === 'TOO_LARGE' ? null : '';
  }
}
