import { SearchInput } from '../../../components/form/search-input.tsx';
import { useTypedText } from '../../../lib/typed-text.ts';

export interface EventIdSearchProps {
  value: string;
  onChange: (value: string) => void;
}

/** Finds the deliveries of one event by the id that its sender gave it. */
export function EventIdSearch({ value, onChange }: EventIdSearchProps) {
  const { typed, setTyped } = useTypedText(value, onChange);
  return (
    <SearchInput
      label="Exact event id"
      placeholder="Exact event id"
      value={typed}
      onChange={setTyped}
      shortcut="/"
      isMono
      className="min-w-32 flex-1 sm:max-w-64"
    />
  );
}
