import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';

import { parseSearch, stringifySearch } from '../lib/search-text.ts';
import { leftOutOf } from './left-out.ts';

/** The address that the app was opened at, before the router writes it anew without what no page knows. */
const ASKED = { pathname: location.pathname, search: parseSearch(location.search) };

/** Says which part of its address a page did not understand, until another is chosen. */
export function LeftOutNote() {
  const { pathname, address, text } = useRouterState({
    select: ({ location: at, matches }) => {
      const understood = { ...matches.at(-1)?.search };
      return {
        pathname: at.pathname,
        address: stringifySearch(understood),
        text: leftOutOf(ASKED.pathname, ASKED.search, understood).join(', '),
      };
    },
    structuralSharing: true,
  });
  const [first] = useState(address);
  if (text === '' || pathname !== ASKED.pathname || address !== first) return null;
  return (
    <p
      role="status"
      className="mb-4 rounded-md border border-line bg-raised px-3 py-2 text-sm wrap-anywhere text-muted"
    >
      This address asks for something that this page does not know and leaves out: {text}.
    </p>
  );
}
