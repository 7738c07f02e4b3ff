import { TriangleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';

import { CopyButton } from '../copy-button.tsx';

export interface SecretBoxProps {
  label: string;
  value: string;
  note?: ReactNode;
}

/** A secret at the only moment it can be seen. */
export function SecretBox({ label, value, note }: SecretBoxProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-lg border border-line-strong">
      <div className="flex items-center justify-between gap-3 bg-surface py-2 pr-2 pl-3.5">
        <span id={id} className="text-sm font-medium">
          {label}
        </span>
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} variant="primary" />
      </div>
      <code className="block bg-hover px-3.5 py-3 font-mono text-sm break-all select-all">
        {value}
      </code>
      <div className="flex gap-2 bg-retrying-soft px-3.5 py-2.5 text-sm text-retrying">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0">
          <p className="font-medium">This is shown only now. Keep it in a safe place.</p>
          {note !== undefined && note !== null && <div>{note}</div>}
        </div>
      </div>
    </section>
  );
}
