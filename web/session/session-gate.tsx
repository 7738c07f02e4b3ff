import type { Client } from '@urql/core';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Provider } from 'urql';

import { useToast } from '../components/overlay/toast.tsx';
import { createClient } from '../graphql/connection/client.ts';
import { faultMessage } from '../graphql/fault-message.ts';
import { SessionProvider, ViewerQuery, type Viewer } from './session.tsx';
import { forgetDrafts } from '../lib/kept-drafts.ts';
import { signIn, signOut } from './session-requests.ts';
import { SignInPage } from './sign-in-page.tsx';

type State =
  | { is: 'looking' }
  | { is: 'unreachable'; message: string }
  | { is: 'signed-out'; notice: string | null }
  | { is: 'signed-in'; viewer: Viewer; client: Client; dispose: () => void };

/** The code of a sign-in link: `/sign-in#code=…`. A fragment is sent to no server and logged by none. */
function takeSignInCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (location.pathname !== '/sign-in' || code === null) return null;
  history.replaceState(null, '', '/');
  return code;
}

/** Shows the sign-in until somebody is signed in, and again as soon as the session ends. */
export function SessionGate({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ is: 'looking' });
  const toast = useToast();

  const open = useCallback(async (whenSignedOut: string | null) => {
    const { client, dispose } = createClient({
      onSessionEnded: () => {
        dispose();
        setState((now) =>
          now.is === 'signed-in' && now.client === client
            ? { is: 'signed-out', notice: 'The session has ended: sign in again.' }
            : now,
        );
      },
    });
    const { data, error } = await client.query(ViewerQuery, {}).toPromise();
    // Null, whatever its type says, where the server refused.
    if (data?.viewer) {
      setState({ is: 'signed-in', viewer: data.viewer, client, dispose });
      return;
    }
    dispose();
    const isSignedOut = error?.graphQLErrors.some(
      ({ extensions }) => extensions['code'] === 'UNAUTHENTICATED',
    );
    setState(
      isSignedOut || error === undefined
        ? { is: 'signed-out', notice: whenSignedOut }
        : { is: 'unreachable', message: faultMessage(error) },
    );
  }, []);

  useEffect(() => {
    const code = takeSignInCode();
    void (async () => {
      await open(code === null ? null : await signIn({ signInCode: code }));
    })();
  }, [open]);

  switch (state.is) {
    case 'looking':
      return null;
    case 'unreachable':
    case 'signed-out':
      return (
        <SignInPage
          notice={state.is === 'signed-out' ? state.notice : state.message}
          onSignIn={async (apiKey) => {
            const fault = await signIn({ apiKey });
            if (fault === null) await open(null);
            return fault;
          }}
          onRetry={state.is === 'unreachable' ? () => open(null) : null}
        />
      );
    case 'signed-in': {
      const { viewer, client, dispose } = state;
      const { role } = viewer.apiKey;
      const session = {
        viewer,
        mayWrite: role === 'ADMIN' || role === 'OPERATOR',
        mayManageKeys: role === 'ADMIN',
        signOut: async () => {
          const fault = await signOut();
          if (fault !== null) {
            toast.show({ title: 'Not signed out', description: fault, tone: 'failed' });
            return;
          }
          forgetDrafts();
          dispose();
          setState({ is: 'signed-out', notice: null });
        },
      };
      return (
        <Provider value={client}>
          <SessionProvider session={session}>{children}</SessionProvider>
        </Provider>
      );
    }
  }
}
