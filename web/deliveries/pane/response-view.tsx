import { HeadersTable } from '../../components/headers-table.tsx';
import { JsonView } from '../../components/json/json-view.tsx';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { formatDuration } from '../../lib/time/time-format.ts';
import { Part } from './part.tsx';

/** What came back, as far as it was kept. */
export function ResponseView({ attempt }: { attempt: DeliveryDetail['attempts'][number] }) {
  const { responseStatusCode, responseHeaders, responseBody, durationMs } = attempt;
  if (responseStatusCode === null) {
    return (
      <p className="rounded-lg border border-dashed border-line-strong px-4 py-6 text-center text-sm text-muted">
        No response came. The attempt ended after {formatDuration(durationMs)}.
      </p>
    );
  }
  return (
    <div className="space-y-4">
      {responseBody === null ? (
        <p className="text-sm text-muted">No body was kept.</p>
      ) : (
        <div>
          <JsonView
            text={responseBody}
            label="Response body"
            isCut={attempt.responseBodyTruncated}
          />
          {attempt.responseBodyTruncated && (
            <p className="mt-1.5 text-xs text-muted">
              The response was longer: only its first 16 KiB is kept.
            </p>
          )}
        </div>
      )}
      <Part title="Response headers">
        <HeadersTable headers={responseHeaders} label="Response headers" />
      </Part>
    </div>
  );
}
