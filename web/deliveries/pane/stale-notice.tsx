import { RefreshCw } from 'lucide-react';

import { Button } from '../../components/form/button.tsx';

/** Beneath a delivery that is shown as it last was, while nothing newer can be read. */
export function StaleNotice({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div className="flex shrink-0 items-center gap-3 border-t border-line bg-retrying-soft px-4 py-1.5 text-sm text-retrying sm:px-5">
      <output className="min-w-0 flex-1 wrap-anywhere">This may be out of date. {message}</output>
      <Button size="sm" icon={RefreshCw} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
