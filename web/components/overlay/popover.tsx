import { Popover as Radix } from 'radix-ui';
import { useState, type ReactElement, type ReactNode } from 'react';

import { classNames } from '../../lib/class-names.ts';

export interface PopoverProps {
  /** A Button or IconButton. */
  trigger: ReactElement;
  /** A function gets what closes the popover. */
  children: ReactNode | ((close: () => void) => ReactNode);
  /** What it holds, read aloud. */
  label: string;
  align?: 'start' | 'center' | 'end' | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  className?: string | undefined;
}

/** A small panel at its button: filters, a date range. */
export function Popover(props: PopoverProps) {
  const { trigger, children, label, align = 'start', onOpenChange, className } = props;
  const [isOpen, setIsOpen] = useState(false);
  function change(open: boolean): void {
    setIsOpen(open);
    onOpenChange?.(open);
  }
  return (
    <Radix.Root open={props.open ?? isOpen} onOpenChange={change}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={classNames(
            'z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-1rem)] min-w-56 overflow-y-auto rounded-lg border border-line bg-raised p-3 shadow-pop motion-safe:animate-fade-in',
            className,
          )}
        >
          {typeof children === 'function' ? children(() => change(false)) : children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
