// A listbox in groups that a search field steers has no tags of its own: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events */
import { Check, Search } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';

import { classNames } from '../../../lib/class-names.ts';
import { groupsOf, type EventType } from '../../../graphql/event-types.ts';

export interface EventTypeListProps {
  types: readonly EventType[];
  value: string | null;
  onChoose: (name: string | null) => void;
  /** A first choice that stands for none; null where there is no such choice. */
  noneLabel: string | null;
}

/** A search over the event types: arrow keys go through what is found, Enter chooses. */
export function EventTypeList({ types, value, onChoose, noneLabel }: EventTypeListProps) {
  const [text, setText] = useState('');
  const listId = useId();
  const found = types.filter((type) => fits(type, text));
  const hasNone = noneLabel !== null && text.trim() === '';
  const choices: readonly (string | null)[] = [
    ...(hasNone ? [null] : []),
    ...found.map(({ name }) => name),
  ];
  const [marked, setMarked] = useState<number | null>(null);
  const chosenAt = choices.indexOf(value);
  const activeAt = Math.min(marked ?? Math.max(0, chosenAt), choices.length - 1);
  const active = choices[activeAt];
  const optionId = (name: string | null) => `${listId}-${name ?? ''}`;

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active === undefined) return;
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function onKeyDown(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setMarked(Math.min(Math.max(activeAt + by, 0), choices.length - 1));
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      onChoose(active);
    }
  }

  const option = (name: string | null, label: string, description: string | null) => (
    <div
      key={label}
      id={optionId(name)}
      role="option"
      aria-selected={name === value}
      tabIndex={-1}
      data-active={name === active ? '' : undefined}
      onPointerMove={() => setMarked(choices.indexOf(name))}
      onClick={() => onChoose(name)}
      className="relative cursor-pointer rounded-md py-1.5 pr-2 pl-8 outline-none data-[active]:bg-hover"
    >
      {name === value && <Check aria-hidden className="absolute top-2 left-2 size-4 text-accent" />}
      <span className="block text-sm">{label}</span>
      {description !== null && <span className="block text-xs text-muted">{description}</span>}
    </div>
  );

  return (
    <div className="flex max-h-[min(24rem,var(--radix-popover-content-available-height))] flex-col">
      <div className="relative border-b border-line">
        <Search aria-hidden className="absolute top-3 left-3 size-4 text-muted" />
        <input
          type="text"
          role="combobox"
          aria-label="Find an event type"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={active === undefined ? undefined : optionId(active)}
          aria-autocomplete="list"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="Find an event type"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setMarked(0);
          }}
          onKeyDown={onKeyDown}
          className="h-10 w-full bg-transparent pr-3 pl-9 text-base outline-none placeholder:text-muted max-sm:text-lg"
        />
      </div>
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Event types"
        className="min-h-0 flex-1 overflow-y-auto p-1"
      >
        {hasNone && option(null, noneLabel, null)}
        {groupsOf(found).map(([group, members]) => (
          <div key={group} role="group" aria-label={group}>
            <div aria-hidden className="px-2 pt-2 pb-1 text-xs font-medium text-muted">
              {group}
            </div>
            {members.map(({ name, description }) => option(name, name, description))}
          </div>
        ))}
      </div>
      <output className={classNames('px-3 text-sm text-muted', found.length === 0 && 'pt-2 pb-4')}>
        {found.length === 0 && (types.length === 0 ? 'Loading …' : 'No event type fits.')}
      </output>
    </div>
  );
}

function fits({ name, group, description }: EventType, text: string): boolean {
  const haystack = `${name} ${group} ${description ?? ''}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
