import type { ReactNode } from 'react';

/** A titled part of a request or response. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="overflow-hidden rounded-lg border border-line">
      <h4 className="border-b border-line bg-surface px-3.5 py-2 text-xs font-medium text-muted">
        {title}
      </h4>
      <div className="bg-canvas px-3.5 py-1">{children}</div>
    </section>
  );
}
