import { Keyboard } from 'lucide-react';
import { useState } from 'react';

import { IconButton } from '../components/form/button.tsx';
import { Dialog } from '../components/dialog/dialog.tsx';
import { Kbd } from '../components/kbd.tsx';
import {
  keyNames,
  type Shortcut,
  useShortcut,
  useShortcutList,
} from '../lib/keyboard/shortcuts.ts';

/** What each key does on the page as it stands; `?` opens it. */
export function ShortcutsDialog() {
  const [isOpen, setOpen] = useState(false);
  useShortcut({ keys: '?', label: 'This list', group: 'Everywhere' }, () => setOpen(true));
  return (
    <>
      <IconButton
        icon={Keyboard}
        label="Keyboard shortcuts"
        className="max-md:hidden"
        onClick={() => setOpen(true)}
      />
      <Dialog open={isOpen} onOpenChange={setOpen} title="Keyboard shortcuts">
        <Groups />
      </Dialog>
    </>
  );
}

function Groups() {
  const groups = new Map<string, Map<string, Shortcut>>();
  for (const shortcut of useShortcutList()) {
    const group = groups.get(shortcut.group) ?? new Map<string, Shortcut>();
    groups.set(shortcut.group, group.set(shortcut.keys, shortcut));
  }
  return (
    <div className="grid gap-6 sm:grid-cols-2">
      {[...groups].map(([name, shortcuts]) => (
        <section key={name}>
          <h3 className="mb-2 text-xs font-medium text-muted">{name}</h3>
          <dl className="grid gap-1.5">
            {[...shortcuts.values()].map(({ keys, label }) => (
              <div key={keys} className="flex items-center justify-between gap-3">
                <dt>{label}</dt>
                <dd className="flex gap-1">
                  {keyNames(keys).map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
