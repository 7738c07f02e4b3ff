import { useState } from 'react';

import { PickerButton } from '../../../components/form/picker-button.tsx';
import { Popover } from '../../../components/overlay/popover.tsx';
import type { EventType } from '../../../graphql/event-types.ts';
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
        <PickerButton
          label="Event type"
          value={value}
          noneLabel={placeholder}
          id={props.id}
          aria-describedby={props.describedBy}
          isInvalid={props.isInvalid}
          className={className}
        />
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
