import { useTimeStyle, type TimeStyle } from '../../lib/time/time-style.ts';
import { Segmented, type SegmentedOption } from '../form/segmented.tsx';

const OPTIONS: readonly SegmentedOption<TimeStyle>[] = [
  { value: 'relative', label: '5 min ago' },
  { value: 'local', label: 'Local time' },
  { value: 'utc', label: 'UTC' },
];

/** How times are shown everywhere. */
export function TimeStyleSwitch() {
  const { timeStyle, setTimeStyle } = useTimeStyle();
  return <Segmented label="Times" value={timeStyle} onChange={setTimeStyle} options={OPTIONS} />;
}
