import { Search, X } from 'lucide-react';
import { useRef, type KeyboardEvent } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { useShortcut } from '../../lib/keyboard/shortcuts.ts';
import { Kbd } from '../kbd.tsx';
import { CONTROL_CLASSES } from './text-input.tsx';

export interface SearchInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string | undefined;
  /** This key goes to it, and is shown in it. */
  shortcut?: '/' | undefined;
  className?: string | undefined;
  isMono?: boolean | undefined;
}

/** A search that narrows what is on the page. Escape clears it, and leaves it when it is empty. */
export function SearchInput(props: SearchInputProps) {
  const { label, value, onChange, placeholder, shortcut, className, isMono } = props;
  const input = useRef<HTMLInputElement>(null);
  useShortcut(
    { keys: '/', label: 'Search', group: 'Everywhere' },
    () => {
      input.current?.focus();
      input.current?.select();
    },
    shortcut !== undefined,
  );

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key !== 'Escape') return;
    // Else it would close the pane around it, too.
    event.stopPropagation();
    if (value === '') input.current?.blur();
    else onChange('');
  }

  return (
    <div className={classNames('relative min-w-0', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-muted"
      />
      <input
        ref={input}
        type="text"
        role="searchbox"
        aria-label={label}
        aria-keyshortcuts={shortcut}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="search"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={classNames(
          CONTROL_CLASSES,
          'peer h-9 pr-9 pl-8.5 max-sm:text-lg',
          isMono === true && 'font-mono text-sm',
        )}
      />
      {value === '' ? (
        shortcut !== undefined && (
          <Kbd className="pointer-events-none absolute top-2 right-2 max-sm:hidden">{shortcut}</Kbd>
        )
      ) : (
        <button
          type="button"
          aria-label={`Clear: ${label}`}
          className="absolute top-0.5 right-0.5 flex size-8 items-center justify-center rounded-md text-muted hover:text-ink"
          onClick={() => {
            onChange('');
            input.current?.focus();
          }}
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}
