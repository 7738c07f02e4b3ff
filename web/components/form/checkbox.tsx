import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

export interface CheckboxProps {
  checked: boolean | 'mixed';
  onChange: (checked: boolean) => void;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean | undefined;
  id?: string | undefined;
  describedBy?: string | undefined;
  isInvalid?: boolean | undefined;
}

/** A box to tick; `mixed` where it stands for several that differ. */
export function Checkbox(props: CheckboxProps) {
  const { checked, onChange, label, description, disabled, describedBy, isInvalid } = props;
  const ownId = useId();
  const id = props.id ?? ownId;
  const hasDescription = description !== undefined && description !== null;
  const described = [hasDescription && `${id}-description`, describedBy].filter(Boolean).join(' ');
  return (
    <div className="flex min-h-8 items-start gap-2.5 py-1.5">
      <Radix.Root
        id={id}
        checked={checked === 'mixed' ? 'indeterminate' : checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled ?? false}
        aria-describedby={described === '' ? undefined : described}
        aria-invalid={isInvalid === true ? true : undefined}
        className="group relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-muted bg-surface before:absolute before:-inset-2 disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-failed data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
      >
        <Radix.Indicator className="text-accent-ink">
          <Check
            aria-hidden
            strokeWidth={3}
            className="size-3 group-data-[state=indeterminate]:hidden"
          />
          <Minus
            aria-hidden
            strokeWidth={3}
            className="hidden size-3 group-data-[state=indeterminate]:block"
          />
        </Radix.Indicator>
      </Radix.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="block text-sm leading-5">
          {label}
        </label>
        {hasDescription && (
          <p id={`${id}-description`} className="text-xs text-muted">
            {description}
          </p>
        )}
      </div>
    </div>
  );
}
