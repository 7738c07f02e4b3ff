import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

import { classNames } from '../../lib/class-names.ts';

export type BadgeTone = 'neutral' | 'success' | 'failed' | 'accent' | 'retrying';

const TONES: Record<BadgeTone, string> = {
  neutral: 'bg-pending-soft text-pending',
  success: 'bg-success-soft text-success',
  failed: 'bg-failed-soft text-failed',
  accent: 'bg-accent-soft text-accent',
  retrying: 'bg-retrying-soft text-retrying',
};

export interface BadgeProps {
  tone?: BadgeTone | undefined;
  icon?: LucideIcon | undefined;
  children: ReactNode;
}

/** A word on a thing: its state, its kind, a count. */
export function Badge({ tone = 'neutral', icon: Icon, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5.5 max-w-full shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {Icon !== undefined && <Icon aria-hidden className="size-3.5 shrink-0" />}
      <span className="truncate">{children}</span>
    </span>
  );
}
