import type { ReactNode } from 'react';

import { classNames } from '../lib/class-names.ts';

export interface PageHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** A link to the page above. */
  back?: ReactNode;
  /** Beside the title: a state, a count. */
  meta?: ReactNode;
  /** The actions stay beside the title on a phone too: they are few and short. */
  isCompact?: boolean;
}

/** A page's heading, which its tab has too, and what can be done on it. */
export function PageHeader(props: PageHeaderProps) {
  const { title, description, actions, back, meta, isCompact = false } = props;
  return (
    <header
      className={classNames(
        'flex flex-wrap justify-between gap-x-6 gap-y-3',
        isCompact ? 'items-start' : 'items-end',
      )}
    >
      <div className={classNames('min-w-0 flex-1', isCompact ? 'basis-32' : 'basis-72')}>
        {back !== undefined && back !== null && <div className="mb-1 text-sm">{back}</div>}
        {typeof title === 'string' && <title>{`${title} · NEXUS Webhooks`}</title>}
        <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 dir="auto" className="min-w-0 text-xl font-semibold tracking-tight wrap-anywhere">
            {title}
          </h1>
          {meta}
        </div>
        {description !== undefined && description !== null && (
          <div className="text-sm wrap-anywhere text-muted">{description}</div>
        )}
      </div>
      {actions !== undefined && actions !== null && (
        <div className="flex max-w-full flex-wrap items-center gap-2">{actions}</div>
      )}
    </header>
  );
}
