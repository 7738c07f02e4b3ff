import { ChevronDown, ChevronUp, Maximize2, Minimize2, X } from 'lucide-react';

import { IconButton } from '../../../components/form/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { StatusBadge } from '../../../components/state/status-badge.tsx';
import type { DeliveryHold } from '../../../graphql/delivery-hold.ts';
import type { DeliveryDetail } from '../../../live/delivery-detail.ts';
import { pressShortcut, useShortcutList } from '../../../lib/keyboard/shortcuts.ts';

export interface PaneBarProps {
  delivery: DeliveryDetail | null;
  /** What holds it back; null where nothing does. */
  heldBy: DeliveryHold | null;
  /** It takes the page's whole width. */
  isWhole: boolean;
  onToggleWhole: () => void;
  onClose: () => void;
}

/** Stays in view while the pane scrolls: which delivery, how it stands, its neighbours, and the way out. */
export function PaneBar(props: PaneBarProps) {
  const { delivery, heldBy, isWhole, onToggleWhole, onClose } = props;
  const keys = new Set(useShortcutList().map((shortcut) => shortcut.keys));
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4 sm:pl-5">
      <div className="flex min-w-0 flex-1 items-center gap-3">
        {delivery !== null && <StatusBadge status={delivery.status} heldBy={heldBy} />}
        <h2 className="min-w-0 flex-1 truncate text-base font-semibold">
          {delivery === null ? 'Delivery' : delivery.event.type}
        </h2>
      </div>
      {keys.has('k') && keys.has('j') && (
        <>
          <IconButton
            icon={ChevronUp}
            label="Previous delivery (k)"
            onClick={() => pressShortcut('k')}
          />
          <IconButton
            icon={ChevronDown}
            label="Next delivery (j)"
            onClick={() => pressShortcut('j')}
          />
        </>
      )}
      {delivery !== null && (
        <CopyButton
          iconOnly
          label="Copy link"
          value={() => new URL(`/deliveries/${delivery.id}`, location.href).href}
        />
      )}
      <IconButton
        icon={isWhole ? Minimize2 : Maximize2}
        label={isWhole ? 'Beside the list (w)' : 'Whole page (w)'}
        className="max-md:hidden"
        onClick={onToggleWhole}
      />
      <IconButton icon={X} label="Close (Esc)" onClick={onClose} />
    </header>
  );
}
