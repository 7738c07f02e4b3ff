/** What signs in: an API key, or the code of the link that an embedded start prints. */
export type Credential = { apiKey: string } | { signInCode: string };

/** Signs in; returns what went wrong, in words for people, or null. */
export async function signIn(credential: Credential): Promise<string | null> {
  try {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credential),
    });
    if (response.ok) return null;
    return (await messageOf(response)) ?? 'The server could not sign you in; try again.';
  } catch {
    return 'The server cannot be reached; see whether it runs, and try again.';
  }
}

/** Ends the session; returns what went wrong, or null. */
export async function signOut(): Promise<string | null> {
  try {
    const response = await fetch('/session', { method: 'DELETE' });
    return response.ok ? null : 'The server did not end the session; try again.';
  } catch {
    return 'The server cannot be reached: the session still stands. Try again.';
  }
}

async function messageOf(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('message' in body)) return null;
  return typeof body.message === 'string' ? body.message : null;
}
