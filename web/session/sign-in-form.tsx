import { Eye, EyeOff, Info } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';

import { Button } from '../components/form/button.tsx';
import { Field } from '../components/form/field.tsx';
import { TextInput } from '../components/form/text-input.tsx';
import type { SignInPageProps } from './sign-in-page.tsx';

/** One field: the key. It is kept in no state of the browser but the server's own cookie. */
export function SignInForm({ notice, onSignIn }: Pick<SignInPageProps, 'notice' | 'onSignIn'>) {
  const [apiKey, setApiKey] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isShown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const key = apiKey.trim();
    const fault = key === '' ? 'Enter an API key.' : await tryKey(key);
    setError(fault);
    if (fault !== null) input.current?.focus();
  }

  async function tryKey(key: string): Promise<string | null> {
    setBusy(true);
    try {
      return await onSignIn(key);
    } finally {
      setBusy(false);
    }
  }

  const EyeIcon = isShown ? EyeOff : Eye;
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
        <p className="mt-1 text-muted">Use an API key of this installation.</p>
      </div>
      {notice !== null && (
        <p
          role="status"
          className="flex gap-2 rounded-md border border-line bg-retrying-soft px-3 py-2 text-sm text-retrying"
        >
          <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
          {notice}
        </p>
      )}
      <Field label="API key" error={error}>
        {(ids) => (
          <div className="relative">
            <TextInput
              {...ids}
              ref={input}
              name="api-key"
              type={isShown ? 'text' : 'password'}
              value={apiKey}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- it is the one thing to do here
              autoFocus
              autoComplete="current-password"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              isMono
              className="h-10 pr-10"
              onChange={(event) => {
                setApiKey(event.target.value);
                setError(null);
              }}
            />
            <button
              type="button"
              aria-label={isShown ? 'Hide the key' : 'Show the key'}
              aria-controls={ids.id}
              onClick={() => setShown(!isShown)}
              className="absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-md text-muted hover:text-ink focus-visible:-outline-offset-4"
            >
              <EyeIcon aria-hidden className="size-4" />
            </button>
          </div>
        )}
      </Field>
      <Button type="submit" variant="primary" isBusy={isBusy} className="h-10 w-full">
        {isBusy ? 'Signing in …' : 'Sign in'}
      </Button>
      <div className="border-t border-line pt-4 text-sm text-muted">
        <h2 className="font-medium text-ink">Where is my key?</h2>
        <p className="mt-1">
          The server prints an admin key when it starts for the first time. Who has one makes more
          under Settings, API keys.
        </p>
      </div>
    </form>
  );
}
