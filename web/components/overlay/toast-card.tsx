import { CircleCheck, CircleX, Info, X, type LucideIcon } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';

import { classNames } from '../../lib/class-names.ts';
import { buttonClasses } from '../form/button.tsx';

export interface Toast {
  title: string;
  description?: string | undefined;
  tone?: 'success' | 'failed' | 'neutral' | undefined;
  /** The way to the result. */
  action?: { label: string; onSelect: () => void } | undefined;
  durationMs?: number | undefined;
}

const ICONS: Record<NonNullable<Toast['tone']>, LucideIcon> = {
  success: CircleCheck,
  failed: CircleX,
  neutral: Info,
};

const ICON_COLOURS: Record<NonNullable<Toast['tone']>, string> = {
  success: 'text-success',
  failed: 'text-failed',
  neutral: 'text-muted',
};

/** What failed, or can be acted on, takes longer to read. */
function durationOf(toast: Toast): number {
  if (toast.durationMs !== undefined) return toast.durationMs;
  return toast.tone === 'failed' || toast.action !== undefined ? 8_000 : 5_000;
}

/** One toast; it waits while it is pointed at or focused. */
export function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const { title, description, tone = 'neutral', action } = toast;
  const Icon = ICONS[tone];
  return (
    <Radix.Root
      open
      type={tone === 'failed' ? 'foreground' : 'background'}
      duration={durationOf(toast)}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="flex items-start gap-2.5 rounded-lg border border-line bg-raised py-2.5 pr-2 pl-3.5 shadow-pop motion-safe:animate-slide-in data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
    >
      <Icon aria-hidden className={classNames('mt-2 size-4 shrink-0', ICON_COLOURS[tone])} />
      <div className="min-w-0 flex-1 py-1.5">
        <Radix.Title className="text-sm font-medium wrap-anywhere">{title}</Radix.Title>
        {description !== undefined && (
          <Radix.Description className="text-sm wrap-anywhere text-muted">
            {description}
          </Radix.Description>
        )}
      </div>
      {action !== undefined && (
        <Radix.Action
          altText={action.label}
          onClick={action.onSelect}
          className={buttonClasses({ variant: 'secondary', size: 'sm' })}
        >
          {action.label}
        </Radix.Action>
      )}
      <Radix.Close
        aria-label="Close"
        className="flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
      >
        <X aria-hidden className="size-4" />
      </Radix.Close>
    </Radix.Root>
  );
}
