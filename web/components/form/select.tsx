import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';

import { classNames } from '../../lib/class-names.ts';
import { CONTROL_CLASSES } from './text-input.tsx';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
  description?: string | undefined;
}

export interface SelectProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly SelectOption<T>[];
  size?: 'sm' | 'md' | undefined;
  disabled?: boolean | undefined;
  /** Shown while the value is none of the options. */
  placeholder?: string | undefined;
  className?: string | undefined;
  id?: string | undefined;
  describedBy?: string | undefined;
  isInvalid?: boolean | undefined;
}

/** Radix keeps the empty text for "nothing chosen"; here it may be a choice like any other. */
const PREFIX = '=';

/** One of a few. Takes a Field's ids as they are. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, onChange, options, size = 'md', placeholder, className } = props;
  const chosen = options.find((option) => option.value === value);
  return (
    <Radix.Root
      value={chosen === undefined ? '' : PREFIX + value}
      disabled={props.disabled ?? false}
      onValueChange={(next) => {
        const option = options.find((each) => PREFIX + each.value === next);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <Radix.Trigger
        id={props.id}
        aria-label={label}
        aria-describedby={props.describedBy}
        aria-invalid={props.isInvalid === true ? true : undefined}
        className={classNames(
          CONTROL_CLASSES,
          'flex items-center justify-between gap-2 text-left data-[placeholder]:text-muted',
          size === 'sm' ? 'h-8 px-2.5 text-sm' : 'h-9 px-3',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder}>{chosen?.label}</Radix.Value>
        </span>
        <Radix.Icon asChild>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) max-w-[calc(100vw-1rem)] min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line bg-raised shadow-pop"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function SelectItem({ option }: { option: SelectOption<string> }) {
  return (
    <Radix.Item
      value={PREFIX + option.value}
      textValue={option.label}
      className="relative flex min-h-8 cursor-pointer flex-col justify-center rounded-md py-1.5 pr-3 pl-8 text-sm outline-none select-none data-[highlighted]:bg-hover"
    >
      <Radix.ItemIndicator className="absolute top-2 left-2">
        <Check aria-hidden className="size-4 text-accent" />
      </Radix.ItemIndicator>
      <Radix.ItemText>{option.label}</Radix.ItemText>
      {option.description !== undefined && (
        <span className="text-xs text-muted">{option.description}</span>
      )}
    </Radix.Item>
  );
}
