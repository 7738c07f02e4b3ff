import { Plus, Trash2 } from 'lucide-react';
import { useId, useRef } from 'react';

import { Button, IconButton } from '../../../components/form/button.tsx';
import { Switch } from '../../../components/form/switch.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import { keepsSecret, type HeaderDraft } from './webhook-draft.ts';

const MOST = 20;

export interface HeaderErrors {
  readonly name: readonly string[];
  readonly value: readonly string[];
}

export interface HeaderRowsProps {
  headers: readonly HeaderDraft[];
  onChange: (headers: readonly HeaderDraft[]) => void;
  errorsOf: (header: HeaderDraft) => HeaderErrors;
  /** What is wrong with the list as a whole. */
  errors: readonly string[];
}

/** The headers that a webhook sets, row by row. */
export function HeaderRows({ headers, onChange, errorsOf, errors }: HeaderRowsProps) {
  const nextKey = useRef(0);
  const list = useRef<HTMLUListElement>(null);

  function add(): void {
    nextKey.current += 1;
    const key = `new-${nextKey.current}`;
    onChange([...headers, { key, name: '', value: '', isSecret: false, keptAs: null }]);
    // Once it is there.
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus();
    });
  }

  return (
    <div className="flex flex-col gap-3">
      {headers.length > 0 && (
        <ul ref={list} aria-label="Headers" className="flex flex-col gap-3">
          {headers.map((header, index) => (
            <HeaderRow
              key={header.key}
              header={header}
              place={index + 1}
              errors={errorsOf(header)}
              onChange={(next) => onChange(headers.map((each) => (each === header ? next : each)))}
              onRemove={() => onChange(headers.filter((each) => each !== header))}
            />
          ))}
        </ul>
      )}
      {errors.map((message) => (
        <p key={message} role="alert" className="text-sm text-failed">
          {message}
        </p>
      ))}
      <div className="flex items-center gap-3">
        <Button size="sm" icon={Plus} onClick={add} disabled={headers.length >= MOST}>
          Add header
        </Button>
        {headers.length >= MOST && (
          <span className="text-sm text-muted">{MOST} headers are the most.</span>
        )}
      </div>
    </div>
  );
}

interface HeaderRowProps {
  header: HeaderDraft;
  place: number;
  errors: HeaderErrors;
  onChange: (header: HeaderDraft) => void;
  onRemove: () => void;
}

function HeaderRow({ header, place, errors, onChange, onRemove }: HeaderRowProps) {
  const id = useId();
  const { name, value, isSecret } = header;
  const faults = [...errors.name, ...errors.value];
  const describedBy = faults.length > 0 ? id : undefined;
  return (
    <li className="flex flex-col gap-1.5">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-2 max-sm:rounded-md max-sm:border max-sm:border-line max-sm:p-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto_auto]">
        <TextInput
          aria-label={`Name of header ${place}`}
          placeholder="Name"
          isMono
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          describedBy={describedBy}
          isInvalid={errors.name.length > 0}
          onChange={(event) => onChange({ ...header, name: event.target.value })}
          className="max-sm:col-span-2"
        />
        <TextInput
          aria-label={`Value of header ${place}`}
          placeholder={keepsSecret(header) ? 'Kept: type to replace it' : 'Value'}
          isMono
          type={isSecret ? 'password' : 'text'}
          autoComplete={isSecret ? 'new-password' : 'off'}
          autoCapitalize="none"
          spellCheck={false}
          value={value}
          describedBy={describedBy}
          isInvalid={errors.value.length > 0}
          onChange={(event) => onChange({ ...header, value: event.target.value })}
          className="max-sm:col-span-2"
        />
        <Switch
          label="Secret"
          checked={isSecret}
          onChange={(next) => onChange({ ...header, isSecret: next })}
        />
        <IconButton
          icon={Trash2}
          label={`Remove header ${name === '' ? place : name}`}
          onClick={onRemove}
        />
      </div>
      {faults.length > 0 && (
        <div id={id} role="alert" className="text-sm text-failed">
          {faults.map((message) => (
            <p key={message}>{message}</p>
          ))}
        </div>
      )}
    </li>
  );
}
