import { Check, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef, type ReactElement } from 'react';

import { classNames } from '../../lib/class-names.ts';

export type MenuItem =
  | {
      label: string;
      icon?: LucideIcon | undefined;
      onSelect: () => void;
      tone?: 'neutral' | 'danger' | undefined;
      disabled?: boolean | undefined;
      /** One of several to choose from: whether it is the chosen one. */
      isOn?: boolean | undefined;
    }
  | 'separator';

export interface MenuProps {
  /** A Button or IconButton. */
  trigger: ReactElement;
  items: readonly MenuItem[];
  align?: 'start' | 'end' | undefined;
}

/** What can be done with one thing. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);

  /** Once the trigger has the focus again: a dialog that opens now gives it back to the trigger. */
  function runChosen(): void {
    const run = chosen.current;
    chosen.current = null;
    if (run !== null) queueMicrotask(run);
  }

  return (
    // Not modal: an item may open a dialog, and the two would fight over the page's focus.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          onCloseAutoFocus={runChosen}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop motion-safe:animate-fade-in"
        >
          {items.map((item, index) =>
            item === 'separator' ? (
              // oxlint-disable-next-line react/no-array-index-key -- a separator has nothing else
              <DropdownMenu.Separator key={`separator-${index}`} className="my-1 h-px bg-line" />
            ) : (
              <MenuRow
                key={item.label}
                item={item}
                onSelect={() => {
                  chosen.current = item.onSelect;
                }}
              />
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuRowProps {
  item: Exclude<MenuItem, 'separator'>;
  onSelect: () => void;
}

function MenuRow({ item, onSelect }: MenuRowProps) {
  const { label, icon: Icon, tone = 'neutral', disabled = false, isOn } = item;
  const className = classNames(
    'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 text-sm outline-none select-none',
    'data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50',
    tone === 'danger'
      ? 'text-failed data-[highlighted]:bg-failed-soft'
      : 'data-[highlighted]:bg-hover',
  );
  const content = (
    <>
      {Icon !== undefined && (
        <Icon
          aria-hidden
          className={classNames('size-4 shrink-0', tone !== 'danger' && 'text-muted')}
        />
      )}
      {label}
    </>
  );
  if (isOn === undefined) {
    return (
      <DropdownMenu.Item onSelect={onSelect} disabled={disabled} className={className}>
        {content}
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.CheckboxItem
      checked={isOn}
      onSelect={onSelect}
      disabled={disabled}
      className={className}
    >
      {content}
      <DropdownMenu.ItemIndicator className="ml-auto">
        <Check aria-hidden className="size-4 text-accent" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  );
}
