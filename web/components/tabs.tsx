import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

import { classNames } from '../lib/class-names.ts';

/** One tab's look, underlined when it is the chosen one. */
export const TAB_CLASSES =
  'relative flex h-10 shrink-0 items-center gap-1.5 text-sm font-medium whitespace-nowrap text-muted ' +
  'hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:text-ink ' +
  'after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-full ' +
  'data-[state=active]:after:bg-accent';

export interface TabItem {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  tabs: readonly TabItem[];
  /** Both, where the choice is kept elsewhere, e.g. in the address. */
  value?: string | undefined;
  onChange?: ((value: string) => void) | undefined;
  className?: string | undefined;
  /** The row of tabs, e.g. its padding within a card. */
  listClassName?: string | undefined;
}

/** Several views of one thing in one place. */
export function Tabs({ label, tabs, value, onChange, className, listClassName }: TabsProps) {
  return (
    <Radix.Root
      className={className}
      {...(value === undefined ? { defaultValue: tabs[0]?.value ?? '' } : { value })}
      {...(onChange === undefined ? {} : { onValueChange: onChange })}
    >
      <Radix.List
        aria-label={label}
        className={classNames('flex gap-5 overflow-x-auto border-b border-line', listClassName)}
      >
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={TAB_CLASSES}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
