import { Link } from '@tanstack/react-router';

import { buttonClasses } from '../components/button.tsx';

/** For an address that no page has. */
export function NotFoundPage() {
  return (
    <div className="mx-auto grid max-w-md justify-items-start gap-3 py-16">
      <h1 className="text-lg font-semibold">There is no such page</h1>
      <p className="text-muted">The address may be mistyped, or from another version of the app.</p>
      <Link to="/" className={buttonClasses({ variant: 'primary' })}>
        To the dashboard
      </Link>
    </div>
  );
}
