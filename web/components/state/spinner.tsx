import { LoaderCircle } from 'lucide-react';

/** Something is under way, and what. */
export function Spinner({ label }: { label: string }) {
  return (
    <output className="inline-flex items-center gap-2 text-sm text-muted">
      <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />
      {label}
    </output>
  );
}
