import { formatCount, formatPlural } from '../../../lib/number-format.ts';
import { zonedFormat } from '../../../lib/time/time-style.ts';

interface TrendPoint {
  readonly start: string;
  readonly total: number;
  readonly success: number;
  readonly failed: number;
}

export interface WebhookTrendProps {
  /** Undefined while they are on their way. */
  points: readonly TrendPoint[] | undefined;
  interval: 'MINUTE' | 'HOUR' | 'DAY';
  /** `Last 24 hours`. */
  label: string;
}

const FORMATS = {
  MINUTE: zonedFormat({ hour: '2-digit', minute: '2-digit' }),
  HOUR: zonedFormat({
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }),
  // Days begin with midnight UTC.
  DAY: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
};

const NO_POINTS: NonNullable<WebhookTrendProps['points']> = [];

/** Deliveries by the time they were made, bar by bar: failed, success, and what is under way. */
export function WebhookTrend({ points = NO_POINTS, interval, label }: WebhookTrendProps) {
  const most = Math.max(1, ...points.map(({ total }) => total));
  const total = points.reduce((sum, point) => sum + point.total, 0);
  const failed = points.reduce((sum, point) => sum + point.failed, 0);
  const format = FORMATS[interval];
  const first = points[0];
  const last = points.at(-1);
  return (
    <div>
      <div
        role="img"
        aria-label={`${label}: ${formatPlural(total, 'delivery', 'deliveries')}, ${formatCount(failed)} failed`}
        className="flex h-16 items-end border-b border-line"
      >
        {points.map((point) => (
          <div
            key={point.start}
            title={`${format.format(new Date(point.start))}: ${formatPlural(point.total, 'delivery', 'deliveries')}, ${formatCount(point.failed)} failed`}
            className="group flex h-full min-w-0 flex-1 flex-col justify-end px-px hover:bg-hover"
          >
            <Part share={point.failed / most} isLeast className="rounded-t-xs bg-failed" />
            <Part share={point.success / most} isLeast className="bg-success/75" />
            <Part
              share={(point.total - point.success - point.failed) / most}
              className="bg-line-strong"
            />
          </div>
        ))}
      </div>
      <div className="flex h-5 items-end justify-between text-xs text-muted tabular-nums">
        <span>{first !== undefined && format.format(new Date(first.start))}</span>
        <span>{last !== undefined && format.format(new Date(last.start))}</span>
      </div>
    </div>
  );
}

interface PartProps {
  share: number;
  /** One among thousands is still seen. */
  isLeast?: boolean | undefined;
  className: string;
}

function Part({ share, isLeast, className }: PartProps) {
  if (share <= 0) return null;
  return (
    <div
      className={`${className} ${isLeast === true ? 'min-h-0.5' : ''}`}
      style={{ height: `${share * 100}%` }}
    />
  );
}
