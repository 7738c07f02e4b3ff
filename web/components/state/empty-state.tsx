import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** What to do about it. */
  children?: ReactNode;
  action?: ReactNode;
  /** Its title is the page's heading: where nothing else on the page has one. */
  isWholePage?: boolean;
}

/** Where nothing is yet, or nothing matches. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  isWholePage = false,
}: EmptyStateProps) {
  const Title = isWholePage ? 'h1' : 'p';
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-10 text-center">
      <div className="mb-2 flex size-10 items-center justify-center rounded-lg border border-line bg-hover text-muted">
        <Icon aria-hidden className="size-5" />
      </div>
      <Title className="font-semibold">{title}</Title>
      {children !== undefined && children !== null && (
        <div className="max-w-md text-sm text-balance text-muted">{children}</div>
      )}
      {action !== undefined && action !== null && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}
