import { Tabs } from 'radix-ui';

import { CodeText } from './code-text.tsx';
import { CopyButton } from '../copy-button.tsx';
import { TAB_CLASSES } from '../tabs.tsx';

export interface CodeTabsProps {
  label: string;
  tabs: readonly { name: string; code: string }[];
}

/** The same thing in several languages. */
export function CodeTabs({ label, tabs }: CodeTabsProps) {
  return (
    <Tabs.Root
      defaultValue={tabs[0]?.name ?? ''}
      className="overflow-hidden rounded-lg border border-line"
    >
      <Tabs.List
        aria-label={label}
        className="flex gap-4 overflow-x-auto border-b border-line bg-surface px-3.5"
      >
        {tabs.map(({ name }) => (
          <Tabs.Trigger key={name} value={name} className={TAB_CLASSES}>
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ name, code }) => (
        <Tabs.Content key={name} value={name} className="relative focus-visible:-outline-offset-2">
          <div className="absolute top-2 right-2 rounded-md bg-canvas">
            <CopyButton value={code} label={`Copy: ${label}, ${name}`} iconOnly />
          </div>
          <CodeText code={code} label={`${label}, ${name}`} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
