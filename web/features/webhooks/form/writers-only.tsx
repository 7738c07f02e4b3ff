import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';

import { buttonClasses } from '../../../components/form/button.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { useSession } from '../../../session/session.tsx';

/** A form for those who may send it; the others read why they see none. */
export function WritersOnly({ children }: { children: ReactNode }) {
  const { mayWrite } = useSession();
  if (mayWrite) return children;
  return (
    <EmptyState
      isWholePage
      icon={Lock}
      title="Your API key may read only"
      action={
        <Link to="/webhooks" className={buttonClasses({ size: 'sm' })}>
          All webhooks
        </Link>
      }
    >
      Webhooks are made and changed with a key of an operator or admin.
    </EmptyState>
  );
}
