import { ArrowUp } from 'lucide-react';

import { formatCount } from '../../lib/number-format.ts';

/** Says how many new rows wait above, and lets them in. */
export function NewPill({ count, onShow }: { count: number; onShow: () => void }) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={onShow}
      className="absolute top-11 left-1/2 z-20 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full bg-accent px-3.5 text-sm font-medium whitespace-nowrap text-accent-ink tabular-nums shadow-pop hover:bg-accent-strong motion-safe:animate-fade-in"
    >
      <ArrowUp aria-hidden className="size-4" />
      {formatCount(count)} new
    </button>
  );
}
