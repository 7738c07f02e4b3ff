import { Link } from '@tanstack/react-router';

import { linkClasses } from '../components/link.tsx';

export interface CustomerLinkProps {
  customer: { readonly key: string; readonly name: string };
}

/** A customer by its name; leads to its page. */
export function CustomerLink({ customer: { key, name } }: CustomerLinkProps) {
  return (
    <Link
      to="/customers/$customerKey"
      params={{ customerKey: key }}
      title={key}
      className={`${linkClasses} wrap-anywhere`}
    >
      {name}
    </Link>
  );
}
