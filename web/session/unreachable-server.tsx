import { RefreshCw, ServerOff } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../components/form/button.tsx';

export interface UnreachableServerProps {
  message: string | null;
  onRetry: () => void | Promise<void>;
}

/** In place of the sign-in while the server cannot be reached: the session may still be good. */
export function UnreachableServer({ message, onRetry }: UnreachableServerProps) {
  const [isBusy, setBusy] = useState(false);

  async function retry(): Promise<void> {
    setBusy(true);
    try {
      await onRetry();
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-col items-start gap-5">
      <div className="flex size-10 items-center justify-center rounded-lg bg-failed-soft text-failed">
        <ServerOff aria-hidden className="size-5" />
      </div>
      <div role="alert">
        <h1 className="text-2xl font-semibold tracking-tight">No answer from the server</h1>
        {message !== null && <p className="mt-1 text-muted">{message}</p>}
      </div>
      <Button variant="primary" icon={RefreshCw} isBusy={isBusy} onClick={() => void retry()}>
        Try again
      </Button>
      <p className="border-t border-line pt-4 text-sm text-muted">
        Deliveries go on without this page. If you were signed in, you still are once the server
        answers.
      </p>
    </div>
  );
}
