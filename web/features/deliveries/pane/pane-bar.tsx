import { X } from 'lucide-react';

import { IconButton } from '../../../components/button.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import type { DeliveryDetail } from '../../../graphql/delivery-detail.ts';

/** Stays in view while the pane scrolls: which delivery, how it stands, and the way out. */
export function PaneBar({
  delivery,
  onClose,
}: {
  delivery: DeliveryDetail | null;
  onClose: () => void;
}) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line pr-2 pl-4 sm:pl-5">
      {delivery !== null && <StatusBadge status={delivery.status} />}
      <h2 className="min-w-0 flex-1 truncate text-base font-semibold">
        {delivery === null ? 'Delivery' : delivery.event.type}
      </h2>
      <IconButton icon={X} label="Close (Esc)" onClick={onClose} />
    </header>
  );
}
