import type { ComponentProps, ReactNode } from 'react';

import { classNames } from '../lib/class-names.ts';

/** A surface that holds things which belong together. Give its content a padding of its own. */
export function Card({ className, ...rest }: ComponentProps<'section'>) {
  return (
    <section
      {...rest}
      className={classNames(
        'min-w-0 overflow-hidden rounded-lg border border-line bg-surface shadow-xs',
        className,
      )}
    />
  );
}

export interface CardHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/** A card's heading. */
export function CardHeader({ title, description, actions }: CardHeaderProps) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
      <div className="min-w-0">
        <h2 className="text-base font-semibold">{title}</h2>
        {description !== undefined && description !== null && (
          <p className="text-sm text-muted">{description}</p>
        )}
      </div>
      {actions !== undefined && actions !== null && (
        <div className="flex flex-wrap items-center gap-2">{actions}</div>
      )}
    </div>
  );
}
