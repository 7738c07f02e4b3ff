import { createContext, use, type ReactNode } from 'react';

import { graphql, type ResultOf } from '../graphql/graphql.ts';

/** Whether somebody is signed in, and who. */
export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      apiKey {
        id
        name
        role
      }
      tenant {
        id
        name
      }
    }
  }
`);

export type Viewer = ResultOf<typeof ViewerQuery>['viewer'];

/** Who is signed in, and what they may do: what would be refused is not offered. */
export interface Session {
  readonly viewer: Viewer;
  /** Change webhooks, trigger events, retry deliveries (ADMIN, OPERATOR). */
  readonly mayWrite: boolean;
  /** See, make and revoke API keys (ADMIN). */
  readonly mayManageKeys: boolean;
  /** Ends the session at once; shows a toast if that fails. */
  signOut(): Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in; everything beneath the sign-in has it. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession belongs beneath the sign-in');
  return session;
}
