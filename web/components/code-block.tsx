import { classNames } from '../lib/class-names.ts';
import { CopyButton } from './copy-button.tsx';

export interface CodeBlockProps {
  code: string;
  /** What it is in, shown above it. */
  language?: string | undefined;
  label: string;
  className?: string | undefined;
}

/** Code to read and to copy. */
export function CodeBlock({ code, language, label, className }: CodeBlockProps) {
  return (
    <div className={classNames('overflow-hidden rounded-lg border border-line', className)}>
      <div className="flex items-center justify-between gap-3 border-b border-line bg-surface py-1 pr-1 pl-3.5">
        <span className="truncate text-xs font-medium text-muted">{language ?? label}</span>
        <CopyButton value={code} label={`Copy: ${label}`} iconOnly />
      </div>
      <CodeText code={code} label={label} />
    </div>
  );
}

/** The code itself; it scrolls, by keyboard too. */
export function CodeText({ code, label }: { code: string; label: string }) {
  return (
    <section
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- else no key scrolls it
      tabIndex={0}
      aria-label={label}
      className="max-h-96 overflow-auto bg-canvas px-3.5 py-3 focus-visible:-outline-offset-2"
    >
      <pre className="font-mono text-xs leading-5">
        <code>{code}</code>
      </pre>
    </section>
  );
}
