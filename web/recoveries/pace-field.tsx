import { Field } from '../components/form/field.tsx';
import { TextInput } from '../components/form/text-input.tsx';
import { waitInWords } from '../lib/time/durations.ts';

/** What the API takes: deliveries put back a second at most. */
const MOST = 10_000;

/** A pace as it is typed: null where it is blank, undefined where it is none that a recovery may have. */
export function readPace(text: string): number | null | undefined {
  const plain = text.trim().replaceAll(',', '');
  if (plain === '') return null;
  const pace = /^\d{1,5}$/.test(plain) ? Number(plain) : 0;
  return pace >= 1 && pace <= MOST ? pace : undefined;
}

export interface PaceFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** How many are to be put back; null while that is not known. */
  count: number | null;
}

/** How fast a recovery may go, and what that makes of it in time. */
export function PaceField({ value, onChange, count }: PaceFieldProps) {
  const pace = readPace(value);
  return (
    <Field
      label="At most a second"
      optional
      error={pace === undefined ? 'Write a whole number from 1 to 10,000, or nothing.' : null}
      hint={
        typeof pace === 'number' && count !== null
          ? `That takes ${waitInWords(Math.max(1, Math.ceil(count / pace)))} or longer.`
          : 'As fast as new deliveries leave room, if left empty.'
      }
    >
      {(ids) => (
        <TextInput
          {...ids}
          inputMode="numeric"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
