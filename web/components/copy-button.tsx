import { Check, Copy, CopyX, type LucideIcon } from 'lucide-react';
import { VisuallyHidden } from 'radix-ui';
import { useEffect, useState } from 'react';

import { copyText } from '../lib/clipboard.ts';
import { Button, IconButton, type ButtonSize, type ButtonVariant } from './form/button.tsx';

const SHOWN_MS = 2_000;

export interface CopyButtonProps {
  /** What is copied; a function where making it costs something. Its promise must not fail. */
  value: string | (() => string | Promise<string>);
  /** What it does: `Copy id`. */
  label: string;
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  iconOnly?: boolean | undefined;
  className?: string | undefined;
}

type Outcome = 'idle' | 'copied' | 'refused';

const WORDS: Record<Exclude<Outcome, 'idle'>, string> = {
  copied: 'Copied',
  refused: 'Copy it by hand',
};

const ICONS: Record<Outcome, LucideIcon> = { idle: Copy, copied: Check, refused: CopyX };

/** Copies, and says for two seconds that it has. */
export function CopyButton(props: CopyButtonProps) {
  const { value, label, variant, size = 'sm', iconOnly, className } = props;
  const [outcome, setOutcome] = useState<Outcome>('idle');

  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy(): Promise<void> {
    const isCopied = await copyText(typeof value === 'string' ? value : value());
    setOutcome(isCopied ? 'copied' : 'refused');
  }

  const said = outcome === 'idle' ? '' : WORDS[outcome];
  const shared = { size, className, icon: ICONS[outcome], onClick: () => void copy() };
  return (
    <>
      {iconOnly === true ? (
        <IconButton {...shared} variant={variant ?? 'ghost'} label={said === '' ? label : said} />
      ) : (
        <Button {...shared} variant={variant ?? 'secondary'}>
          <SameWidth shown={said === '' ? label : said} widest={label} />
        </Button>
      )}
      <VisuallyHidden.Root aria-live="polite">{said}</VisuallyHidden.Root>
    </>
  );
}

/** The button keeps its width while it says "Copied". */
function SameWidth({ shown, widest }: { shown: string; widest: string }) {
  return (
    <span className="grid justify-items-center">
      <span className="col-start-1 row-start-1">{shown}</span>
      <span aria-hidden className="invisible col-start-1 row-start-1">
        {widest}
      </span>
    </span>
  );
}
