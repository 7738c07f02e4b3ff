import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { CONTROL_CLASSES } from './text-input.tsx';

export interface PickerButtonProps extends Omit<ComponentProps<'button'>, 'value'> {
  /** What is picked: `Customer`. */
  label: string;
  value: string | null;
  /** What stands there for none. */
  noneLabel: string;
  isInvalid?: boolean | undefined;
}

/** Shows what is picked, and opens the popover that it is the trigger of. */
export function PickerButton(props: PickerButtonProps) {
  const { label, value, noneLabel, isInvalid = false, className, ...others } = props;
  return (
    <button
      type="button"
      {...others}
      aria-label={`${label}: ${value ?? noneLabel}`}
      className={classNames(
        CONTROL_CLASSES,
        'flex h-9 items-center justify-between gap-2 px-3 text-left',
        // A button has no aria-invalid; what is wrong is in its description.
        isInvalid && 'border-failed!',
        className,
      )}
    >
      <span className={classNames('truncate', value === null ? 'text-muted' : 'font-medium')}>
        {value ?? noneLabel}
      </span>
      <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
    </button>
  );
}
