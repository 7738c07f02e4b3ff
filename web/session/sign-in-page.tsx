import { BrandPanel } from './brand-panel.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { UnreachableServer } from './unreachable-server.tsx';

export interface SignInPageProps {
  /** Why it is shown, where that is no matter of course. */
  notice: string | null;
  /** Returns what went wrong, or null. */
  onSignIn: (apiKey: string) => Promise<string | null>;
  /** Looks for the server again, where it could not be reached. */
  onRetry: (() => void) | null;
}

/** Asks for an API key, or says that the server could not be reached. */
export function SignInPage({ notice, onSignIn, onRetry }: SignInPageProps) {
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col px-5 py-6 sm:px-10">
        <p className="flex items-center gap-2.5">
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span className="text-lg font-semibold tracking-tight">
            NEXUS <span className="font-normal text-muted">Webhooks</span>
          </span>
        </p>
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          {onRetry === null ? (
            <SignInForm notice={notice} onSignIn={onSignIn} />
          ) : (
            <UnreachableServer message={notice} onRetry={onRetry} />
          )}
        </div>
      </main>
      <BrandPanel />
    </div>
  );
}
