import { ArrowUp } from 'lucide-react';

import { formatCount } from '../../../lib/number-format.ts';

/** Says how many new rows wait, and lets them in. */
export function NewPill({ count, onShow }: { count: number; onShow: () => void }) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={onShow}
      className="flex h-7 items-center gap-1 rounded-full bg-accent px-2.5 text-xs font-medium whitespace-nowrap text-accent-ink tabular-nums hover:bg-accent-strong"
    >
      <ArrowUp aria-hidden className="size-3.5" />
      {formatCount(count)} new
    </button>
  );
}
