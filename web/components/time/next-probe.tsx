import { useClock } from '../../lib/time/clock.ts';
import { Countdown } from './countdown.tsx';

/** When an open circuit lets the next attempt through: counts down, and says so once it is due. */
export function NextProbe({ at }: { at: string | null }) {
  const isAhead = useClock((now) => at !== null && Date.parse(at) > now);
  return at !== null && isAhead ? <Countdown until={at} /> : 'due now';
}
