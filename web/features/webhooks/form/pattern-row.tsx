import { Plus, X } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import { isPattern, type EventType } from '../../../graphql/event-types.ts';

export interface PatternRowProps {
  types: readonly EventType[];
  patterns: readonly string[];
  onChange: (patterns: readonly string[]) => void;
}

/** Patterns that a webhook subscribes by, which stand for types to come too. */
export function PatternRow({ types, patterns, onChange }: PatternRowProps) {
  const [text, setText] = useState('');
  const listId = useId();
  const typed = text.trim();
  const canAdd = isPattern(typed) && !patterns.includes(typed);

  function add(): void {
    if (!canAdd) return;
    onChange([...patterns, typed]);
    setText('');
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    // The form is not to be sent.
    event.preventDefault();
    add();
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <TextInput
        aria-label="Pattern"
        list={listId}
        isMono
        autoCapitalize="none"
        spellCheck={false}
        placeholder="By pattern: order.*, *"
        value={text}
        isInvalid={typed !== '' && typed.includes('*') && !isPattern(typed)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-56!"
      />
      <datalist id={listId}>
        {suggestionsOf(types).map((pattern) => (
          <option key={pattern} value={pattern}>
            {pattern}
          </option>
        ))}
      </datalist>
      <Button icon={Plus} disabled={!canAdd} onClick={add}>
        Add pattern
      </Button>
      {patterns.length > 0 && (
        <ul aria-label="Patterns" className="flex flex-wrap gap-1.5">
          {patterns.map((pattern) => (
            <li
              key={pattern}
              className="flex h-8 items-center rounded-md border border-line-strong pl-2.5 font-mono text-xs"
            >
              {pattern}
              <button
                type="button"
                aria-label={`Remove ${pattern}`}
                onClick={() => onChange(patterns.filter((each) => each !== pattern))}
                className="ml-1 flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** All, and the beginnings that several types share. */
function suggestionsOf(types: readonly EventType[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of types) {
    const segments = name.split('.');
    for (let length = 1; length < segments.length; length += 1) {
      const pattern = `${segments.slice(0, length).join('.')}.*`;
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    }
  }
  const shared = [...counts].filter(([, count]) => count > 1).map(([pattern]) => pattern);
  return ['*', ...shared];
}
