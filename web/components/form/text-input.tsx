import type { ComponentProps } from 'react';

import { classNames } from '../../lib/class-names.ts';

/** The ground, border and states that every typed or chosen control shares. */
export const CONTROL_CLASSES =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface text-base text-ink shadow-xs ' +
  'placeholder:text-muted motion-safe:transition-colors hover:border-muted ' +
  'focus-visible:border-accent focus-visible:outline-1 focus-visible:-outline-offset-1 ' +
  'aria-invalid:border-failed aria-invalid:outline-failed ' +
  'disabled:cursor-not-allowed disabled:bg-hover disabled:text-muted disabled:hover:border-line-strong';

/** Below 16 px a phone's browser would zoom into what is typed into. */
const TYPED_CLASSES = 'max-sm:text-lg';

interface ControlProps {
  describedBy?: string | undefined;
  isInvalid?: boolean | undefined;
  /** For ids, addresses, header values and code. */
  isMono?: boolean | undefined;
}

export type TextInputProps = ComponentProps<'input'> & ControlProps;

/** One line of text. Takes a Field's ids as they are. */
export function TextInput({ describedBy, isInvalid, isMono, className, ...rest }: TextInputProps) {
  return (
    <input
      type="text"
      autoComplete="off"
      {...rest}
      aria-describedby={describedBy}
      aria-invalid={isInvalid === true ? true : undefined}
      className={classNames(
        CONTROL_CLASSES,
        TYPED_CLASSES,
        'h-9 px-3',
        isMono === true && 'font-mono text-sm',
        className,
      )}
    />
  );
}

export type TextAreaProps = ComponentProps<'textarea'> & ControlProps;

/** Several lines of text. Takes a Field's ids as they are. */
export function TextArea({ describedBy, isInvalid, isMono, className, ...rest }: TextAreaProps) {
  return (
    <textarea
      rows={3}
      {...rest}
      aria-describedby={describedBy}
      aria-invalid={isInvalid === true ? true : undefined}
      className={classNames(
        CONTROL_CLASSES,
        TYPED_CLASSES,
        'resize-y px-3 py-2',
        isMono === true && 'font-mono text-sm',
        className,
      )}
    />
  );
}
