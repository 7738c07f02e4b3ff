import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

import { classNames } from '../../lib/class-names.ts';

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean | undefined;
  /** Where the place says already what is switched: the label is read aloud only. */
  isLabelHidden?: boolean | undefined;
}

/** On or off, at once. */
export function Switch({ checked, onChange, label, disabled, isLabelHidden }: SwitchProps) {
  const id = useId();
  const isHidden = isLabelHidden === true;
  return (
    <span className="inline-flex min-h-8 items-center gap-2">
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled ?? false}
        aria-label={isHidden ? label : undefined}
        className={classNames(
          'relative h-5 w-9 shrink-0 rounded-full border border-muted bg-hover motion-safe:transition-colors',
          'before:absolute before:-inset-x-0.5 before:-inset-y-2',
          'disabled:cursor-not-allowed disabled:opacity-50',
          'data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        )}
      >
        <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted motion-safe:transition-transform data-[state=checked]:translate-x-4.5 data-[state=checked]:bg-accent-ink" />
      </Radix.Root>
      {!isHidden && (
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
      )}
    </span>
  );
}
