import type { LucideIcon } from 'lucide-react';
import { RadioGroup } from 'radix-ui';

import { classNames } from '../../lib/class-names.ts';

export interface SegmentedOption<T extends string> {
  value: T;
  label: string;
  icon?: LucideIcon | undefined;
}

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly SegmentedOption<T>[];
  /** The labels are read aloud and shown on hover only. */
  isIconOnly?: boolean | undefined;
  size?: 'sm' | 'md' | undefined;
  className?: string | undefined;
}

/** A few choices side by side, one of them taken. Arrow keys move between them. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, value, onChange, options, isIconOnly, size = 'md', className } = props;
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const option = options.find((each) => each.value === next);
        if (option !== undefined) onChange(option.value);
      }}
      orientation="horizontal"
      className={classNames(
        'inline-flex w-fit max-w-full shrink-0 items-stretch gap-0.5 rounded-lg border border-line bg-canvas p-0.5',
        size === 'sm' ? 'h-8' : 'h-9',
        className,
      )}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          aria-label={isIconOnly === true ? option.label : undefined}
          title={isIconOnly === true ? option.label : undefined}
          className={classNames(
            'inline-flex min-w-0 items-center justify-center gap-1.5 rounded-md border border-transparent font-medium whitespace-nowrap text-muted hover:text-ink',
            'data-[state=checked]:border-line-strong data-[state=checked]:bg-raised data-[state=checked]:text-ink data-[state=checked]:shadow-xs',
            size === 'sm' ? 'text-xs' : 'text-sm',
            isIconOnly === true ? 'w-8' : 'flex-auto px-2.5',
          )}
        >
          {option.icon !== undefined && <option.icon aria-hidden className="size-4 shrink-0" />}
          {isIconOnly !== true && <span className="truncate">{option.label}</span>}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
