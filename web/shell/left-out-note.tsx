import { useRouterState } from '@tanstack/react-router';

import { parseSearch } from '../lib/search-text.ts';
import { leftOutOf } from './left-out.ts';

/** Says which part of its address a page did not understand, and is shown without. */
export function LeftOutNote() {
  const text = useRouterState({
    select: ({ location, matches }) => {
      const understood = matches.at(-1)?.search ?? {};
      return leftOutOf(parseSearch(location.searchStr), { ...understood }).join(', ');
    },
  });
  if (text === '') return null;
  return (
    <p
      role="status"
      className="mb-4 rounded-md border border-line bg-raised px-3 py-2 text-sm text-muted wrap-anywhere"
    >
      This address asks for something that this page does not know and leaves out: {text}.
    </p>
  );
}
