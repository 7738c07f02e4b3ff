export interface SparklinePoint {
  readonly success: number;
  readonly failed: number;
  readonly total: number;
}

export interface SparklineProps {
  points: readonly SparklinePoint[];
  /** The same in words: `Last 24 h: 120 deliveries, 3 failed`. */
  label: string;
}

const WIDTH = 96;
const HEIGHT = 24;
const GAP = 1;
/** Few bars are no wider than these would be, and stand at the left. */
const FEWEST_PLACES = 6;

/** How it went lately, bar by bar: failed on top of success, the rest still under way. */
export function Sparkline({ points, label }: SparklineProps) {
  const most = Math.max(1, ...points.map((point) => point.total));
  const step = WIDTH / Math.max(FEWEST_PLACES, points.length);
  return (
    <svg
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an img could not take the theme's colours
      role="img"
      aria-label={label}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="block shrink-0"
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
      {points.map((point, index) => (
        <Bar
          // oxlint-disable-next-line react/no-array-index-key -- a bar is its place in time
          key={index}
          point={point}
          most={most}
          x={index * step}
          width={Math.max(1, step - GAP)}
        />
      ))}
    </svg>
  );
}

interface BarProps {
  point: SparklinePoint;
  most: number;
  x: number;
  width: number;
}

function Bar({ point, most, x, width }: BarProps) {
  if (point.total === 0) return null;
  // One failure among thousands is still seen.
  const failed = point.failed === 0 ? 0 : Math.max(2, (point.failed / most) * HEIGHT);
  const full = Math.max(2, (point.total / most) * HEIGHT, failed);
  const success = Math.min((point.success / most) * HEIGHT, full - failed);
  return (
    <>
      <rect x={x} width={width} y={HEIGHT - full} height={full} className="fill-line-strong" />
      <rect
        x={x}
        width={width}
        y={HEIGHT - success}
        height={success}
        className="fill-success opacity-75"
      />
      <rect
        x={x}
        width={width}
        y={HEIGHT - success - failed}
        height={failed}
        className="fill-failed"
      />
    </>
  );
}
