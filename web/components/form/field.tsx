import { CircleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';

/** What a control needs to belong to its field; the kit's inputs take them as props. */
export interface FieldIds {
  id: string;
  describedBy: string | undefined;
  isInvalid: boolean;
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** The server's words; several stand below each other, none is no error. */
  error?: string | readonly string[] | null | undefined;
  /** Says so beside the label. */
  optional?: boolean | undefined;
  children: (ids: FieldIds) => ReactNode;
}

/** A label, its control, a hint and what is wrong with it: `{(ids) => <TextInput {...ids} />}`. */
export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId();
  const errors = typeof error === 'string' ? [error] : (error ?? []);
  const isInvalid = errors.length > 0;
  const hasHint = hint !== undefined && hint !== null;
  const described = [isInvalid && `${id}-error`, hasHint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {optional === true && <span className="text-xs text-muted">Optional</span>}
      </div>
      {children({ id, describedBy: described === '' ? undefined : described, isInvalid })}
      {isInvalid && (
        <div id={`${id}-error`} role="alert" className="flex flex-col gap-1 text-sm text-failed">
          {errors.map((message) => (
            <p key={message} className="flex gap-1.5">
              <CircleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
              <span className="min-w-0 wrap-anywhere">{message}</span>
            </p>
          ))}
        </div>
      )}
      {hasHint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
