import { classNames } from '../lib/class-names.ts';
import { CopyButton } from './copy-button.tsx';

/** The end differs even between ids made in the same moment. */
const KEPT_AT_END = 6;

export interface CopyableTextProps {
  value: string;
  /** What it is: `Delivery id`. */
  label: string;
  className?: string | undefined;
}

/** An id or address in mono, with a copy button; where it does not fit, its middle is left out. */
export function CopyableText({ value, label, className }: CopyableTextProps) {
  return (
    <span className={classNames('inline-flex max-w-full min-w-0 items-center', className)}>
      <MiddleTruncated value={value} />
      <CopyButton value={value} label={`Copy ${startingLow(label)}`} iconOnly />
    </span>
  );
}

/** A text in mono that keeps its start and end, and is selected whole. */
export function MiddleTruncated({ value }: { value: string }) {
  const cut = Math.max(0, value.length - KEPT_AT_END);
  return (
    <span
      title={value}
      className="inline-flex min-w-0 font-mono text-sm whitespace-pre select-all"
      onCopy={(event) => {
        // The two halves are boxes of their own, and a selection would come with a line break.
        const selected = getSelection()?.toString().replaceAll('\n', '');
        if (selected !== value) return;
        event.clipboardData.setData('text/plain', value);
        event.preventDefault();
      }}
    >
      <span className="truncate">{value.slice(0, cut)}</span>
      <span className="shrink-0">{value.slice(cut)}</span>
    </span>
  );
}

/** `Event id` within a sentence: `event id`; `URL` as it is. */
function startingLow(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
