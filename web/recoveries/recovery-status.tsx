import { CircleCheck, CircleSlash, LoaderCircle, Search, type LucideIcon } from 'lucide-react';

import { Badge, type BadgeTone } from '../components/state/badge.tsx';
import type { RecoveryState } from './recovery-state.ts';

const LOOKS: Record<RecoveryState['status'], { tone: BadgeTone; icon: LucideIcon; words: string }> =
  {
    ESTIMATING: { tone: 'accent', icon: Search, words: 'Looking' },
    RUNNING: { tone: 'accent', icon: LoaderCircle, words: 'Running' },
    DONE: { tone: 'success', icon: CircleCheck, words: 'Done' },
    CANCELLED: { tone: 'neutral', icon: CircleSlash, words: 'Cancelled' },
  };

/** Where a recovery stands, by icon and word. */
export function RecoveryStatus({ recovery }: { recovery: Pick<RecoveryState, 'status'> }) {
  const { tone, icon, words } = LOOKS[recovery.status];
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}
