import { Check } from 'lucide-react';

import { classNames } from '../../lib/class-names.ts';

export interface ChoiceListProps<T extends string> {
  label: string;
  /** Null where none of them is taken. */
  value: T | null;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}

/** One of a few, below each other in a filter's panel. */
export function ChoiceList<T extends string>(props: ChoiceListProps<T>) {
  const { label, value, onChange, options } = props;
  return (
    <div role="group" aria-label={label} className="-m-1">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="flex h-8 w-full items-center gap-2 rounded-md px-2 text-sm hover:bg-hover focus-visible:-outline-offset-2"
        >
          <Check
            aria-hidden
            className={classNames('size-4 text-accent', option.value !== value && 'invisible')}
          />
          {option.label}
        </button>
      ))}
    </div>
  );
}
