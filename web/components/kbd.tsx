import type { ReactNode } from 'react';

import { classNames } from '../lib/class-names.ts';

/** A key to press. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={classNames(
        'inline-flex h-5 min-w-5 items-center justify-center rounded border border-line-strong bg-hover px-1 font-sans text-xs text-muted',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
