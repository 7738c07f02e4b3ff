import { CopyButton } from '../../components/copy-button.tsx';
import { HeadersTable } from '../../components/headers-table.tsx';
import { JsonView } from '../../components/json/json-view.tsx';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { useSession } from '../../session/session.tsx';
import { Part } from './part.tsx';
import { useCurlOf } from './sent-request.ts';

interface RequestViewProps {
  attempt: DeliveryDetail['attempts'][number];
  delivery: DeliveryDetail;
}

/** What was sent, and the way to send it from a shell. */
export function RequestView({ attempt, delivery }: RequestViewProps) {
  const { mayWrite } = useSession();
  const curlOf = useCurlOf(delivery, attempt);
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-60 py-1.5 font-mono text-sm wrap-anywhere">
          <span className="text-muted">POST</span> {delivery.webhook.url}
        </p>
        <CopyButton label="Copy as cURL" value={curlOf} />
      </div>
      <p className="text-xs text-muted">
        The address is the webhook’s present one.{' '}
        {mayWrite
          ? 'The command is signed when you copy it, and receivers that check the timestamp take it for some minutes. Fill in the values of secret headers yourself.'
          : 'The command leaves out the signatures, which hold for this attempt’s timestamp only, and the values of secret headers.'}
      </p>
      <JsonView text={delivery.requestBody} label="Request body" />
      <Part title="Request headers">
        <HeadersTable headers={attempt.requestHeaders} label="Request headers" />
      </Part>
    </div>
  );
}
