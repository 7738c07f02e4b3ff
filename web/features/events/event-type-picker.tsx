import { ChevronDown } from 'lucide-react';
import { useState } from 'react';

import { Popover } from '../../components/popover.tsx';
import { CONTROL_CLASSES } from '../../components/text-input.tsx';
import { classNames } from '../../lib/class-names.ts';
import type { EventType } from '../../graphql/event-types.ts';
import { EventTypeList } from './event-type-list.tsx';

export interface EventTypePickerProps {
  types: readonly EventType[];
  /** Its name; null where none is chosen. */
  value: string | null;
  onChange: (name: string | null) => void;
  /** What stands there while none is chosen; with `canClear` it is the list's first choice too. */
  placeholder: string;
  canClear?: boolean | undefined;
  id?: string | undefined;
  describedBy?: string | undefined;
  isInvalid?: boolean | undefined;
  className?: string | undefined;
}

/** One of the event types, found by typing a part of its name, group or description. */
export function EventTypePicker(props: EventTypePickerProps) {
  const { types, value, onChange, placeholder, canClear = false, className } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      label="Event types"
      open={isOpen}
      onOpenChange={setOpen}
      className="w-80 overflow-hidden! p-0!"
      trigger={
        <button
          type="button"
          id={props.id}
          aria-label={`Event type: ${value ?? placeholder}`}
          aria-describedby={props.describedBy}
          className={classNames(
            CONTROL_CLASSES,
            'flex h-9 items-center justify-between gap-2 px-3 text-left',
            // A button has no aria-invalid; what is wrong is in its description.
            props.isInvalid === true && 'border-failed!',
            className,
          )}
        >
          <span className={classNames('truncate', value === null ? 'text-muted' : 'font-medium')}>
            {value ?? placeholder}
          </span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </button>
      }
    >
      {(close) => (
        <EventTypeList
          types={types}
          value={value}
          noneLabel={canClear ? placeholder : null}
          onChoose={(name) => {
            onChange(name);
            close();
          }}
        />
      )}
    </Popover>
  );
}
