import { classNames } from '../lib/class-names.ts';
import { countInWords, shareOf } from './recovery-progress.ts';
import type { RecoveryState } from './recovery-state.ts';

const PARTS = [
  { of: 'succeeded', colour: 'bg-success' },
  { of: 'failed', colour: 'bg-failed' },
  { of: 'skipped', colour: 'bg-muted' },
  { of: 'underWay', colour: 'bg-sending/50' },
] as const;

/** How far a recovery is: what has ended well and badly, was left alone, and is on its way. */
export function RecoveryBar({
  recovery,
  className,
}: {
  recovery: RecoveryState;
  className?: string;
}) {
  const { estimated, status } = recovery;
  return (
    <div
      role="progressbar"
      aria-label="Progress of the recovery"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(shareOf(recovery) * 100)}
      aria-valuetext={countInWords(recovery)}
      className={classNames('flex h-2 overflow-hidden rounded-full bg-line', className)}
    >
      {status !== 'ESTIMATING' &&
        PARTS.map(({ of, colour }) => (
          <div
            key={of}
            className={classNames('h-full shrink-0 motion-safe:transition-[width]', colour)}
            style={{ width: `${estimated === 0 ? 0 : (recovery[of] / estimated) * 100}%` }}
          />
        ))}
    </div>
  );
}
