import { Card } from '../../components/card.tsx';
import { classNames } from '../../lib/class-names.ts';
import { formatCount } from '../../lib/number-format.ts';
import { RecoveryBar } from '../../recoveries/recovery-bar.tsx';
import { countInWords } from '../../recoveries/recovery-progress.ts';
import type { RecoveryState } from '../../recoveries/recovery-state.ts';
import { TimeLeft } from '../../recoveries/time-left.tsx';

/** How far a recovery is, in one bar and in numbers. */
export function RecoveryProgress({ recovery }: { recovery: RecoveryState }) {
  const { status, estimated, queued, succeeded, failed, skipped, underWay } = recovery;
  const toCome = Math.max(0, estimated - queued - skipped);
  return (
    <Card className="flex flex-col gap-4 p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <p className="text-base font-medium tabular-nums">{countInWords(recovery)}</p>
        <p className="text-muted tabular-nums">
          {status === 'ESTIMATING' ? 'Looking for what to bring back …' : null}
          <TimeLeft recovery={recovery} />
        </p>
      </div>
      <RecoveryBar recovery={recovery} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-5">
        <Figure dot="bg-success" term="Succeeded" count={succeeded} />
        <Figure dot="bg-failed" term="Failed" count={failed} />
        <Figure dot="bg-sending/50" term="On their way" count={underWay} />
        <Figure
          dot="bg-muted"
          term="Left alone"
          count={skipped}
          title="They had changed meanwhile, or their webhook is off or deleted"
        />
        <Figure
          dot="bg-line"
          term={status === 'CANCELLED' ? 'Not put back' : 'Still to come'}
          count={toCome}
        />
      </dl>
    </Card>
  );
}

interface FigureProps {
  dot: string;
  term: string;
  count: number;
  title?: string;
}

function Figure({ dot, term, count, title }: FigureProps) {
  return (
    <div title={title}>
      <dt className="flex items-center gap-1.5 text-muted">
        <span aria-hidden className={classNames('size-2 shrink-0 rounded-full', dot)} />
        {term}
      </dt>
      <dd className="mt-0.5 text-lg font-semibold tabular-nums">{formatCount(count)}</dd>
    </div>
  );
}
