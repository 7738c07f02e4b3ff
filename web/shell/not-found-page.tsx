import { Link } from '@tanstack/react-router';
import { FileQuestion } from 'lucide-react';

import { buttonClasses } from '../components/form/button.tsx';
import { EmptyState } from '../components/state/empty-state.tsx';

/** For an address that no page has. */
export function NotFoundPage() {
  return (
    <EmptyState
      isWholePage
      icon={FileQuestion}
      title="Page not found"
      action={
        <Link to="/" className={buttonClasses()}>
          Dashboard
        </Link>
      }
    >
      The address may be mistyped, or it belongs to another version of the app.
    </EmptyState>
  );
}
