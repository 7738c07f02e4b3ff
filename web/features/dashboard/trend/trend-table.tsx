import { memo } from 'react';

import { intervalLabel } from './time-ticks.ts';
import type { TrendInterval, TrendPoint } from '../../../graphql/trend-intervals.ts';

/** The chart for those who listen; intervals without deliveries are left out. */
export const TrendTable = memo(function TrendTable(props: {
  points: readonly TrendPoint[];
  interval: TrendInterval;
}) {
  const { points, interval } = props;
  return (
    <div className="sr-only">
      <table>
        <caption>Deliveries over time, intervals without any left out</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Success</th>
            <th scope="col">Failed</th>
            <th scope="col">In all</th>
          </tr>
        </thead>
        <tbody>
          {points
            .filter(({ total }) => total > 0)
            .map(({ start, success, failed, total }) => (
              <tr key={start}>
                <th scope="row">{intervalLabel(Date.parse(start), interval)}</th>
                <td>{success}</td>
                <td>{failed}</td>
                <td>{total}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
});
