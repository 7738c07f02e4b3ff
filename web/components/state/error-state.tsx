import { RefreshCw, TriangleAlert } from 'lucide-react';

import { errorText } from '../../lib/error-text.ts';
import { Button } from '../form/button.tsx';

export interface ErrorStateProps {
  title?: string | undefined;
  error: { readonly message: string };
  onRetry?: (() => void) | undefined;
}

/** In the place of what could not be loaded. */
export function ErrorState({
  title = 'This could not be loaded',
  error,
  onRetry,
}: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-6 py-10 text-center">
      <div className="mb-2 flex size-10 items-center justify-center rounded-lg bg-failed-soft text-failed">
        <TriangleAlert aria-hidden className="size-5" />
      </div>
      <p className="font-semibold">{title}</p>
      <p className="max-w-md text-sm text-balance wrap-anywhere text-muted">{errorText(error)}</p>
      {onRetry !== undefined && (
        <Button size="sm" icon={RefreshCw} onClick={onRetry} className="mt-3">
          Try again
        </Button>
      )}
    </div>
  );
}
