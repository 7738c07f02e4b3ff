import { useClock } from '../lib/time/clock.ts';
import { timeLeftInWords } from './recovery-progress.ts';
import type { RecoveryState } from './recovery-state.ts';

/** `about 3 min left`; nothing while that cannot be told. */
export function TimeLeft({ recovery, before = '' }: { recovery: RecoveryState; before?: string }) {
  const words = useClock((now) => timeLeftInWords(recovery, now) ?? '');
  return words === '' ? null : before + words;
}
