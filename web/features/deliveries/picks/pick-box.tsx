import { useEffect, useRef } from 'react';

import { classNames } from '../../../lib/class-names.ts';

export interface PickBoxProps {
  label: string;
  checked: boolean | 'mixed';
  /** @param isRange Shift was held. */
  onToggle: (isRange: boolean) => void;
  /** Where it stands. */
  className: string;
}

/** A row's box to pick it by, which lies over the row's link. As large as a thumb. */
export function PickBox({ label, checked, onToggle, className }: PickBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = checked === 'mixed';
  }, [checked]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- the box within takes the keys
    <div
      className={classNames('absolute z-2 flex w-10 items-center justify-center', className)}
      // The row would open.
      onClick={(event) => event.stopPropagation()}
    >
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={checked === true}
        // A click tells whether Shift was held, a change does not.
        onChange={() => {}}
        onClick={(event) => onToggle(event.shiftKey)}
        className="size-4 cursor-pointer accent-accent"
      />
    </div>
  );
}
