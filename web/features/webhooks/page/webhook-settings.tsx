import { useState } from 'react';

import { Button } from '../../../components/form/button.tsx';
import { Card, CardHeader } from '../../../components/card.tsx';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { HeadersTable } from '../../../components/headers-table.tsx';
import { JsonView } from '../../../components/json/json-view.tsx';
import { KeyValueList } from '../../../components/key-value-list.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { useClock } from '../../../lib/time/clock.ts';
import { prettyExact } from '../../../lib/json/exact-numbers.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { rateInWords } from '../../../lib/rate-limits.ts';
import { delaysInWords } from '../../../lib/time/durations.ts';
import { formatExact } from '../../../lib/time/time-format.ts';
import { groupsOf, isPattern, offered, useEventTypes } from '../../../graphql/event-types.ts';
import { HowToVerify } from '../dialogs/how-to-verify.tsx';
import type { WebhookDetails } from '../webhook-details.ts';

/** What a webhook is set to. */
export function WebhookSettings({ webhook }: { webhook: WebhookDetails }) {
  const { headers, timeout, retryPolicy, rateLimit, secretHint, formerSecretsEndAt } = webhook;
  const { ordering, createdAt, updatedAt } = webhook;
  const isFormerInUse = useClock(
    (now) => formerSecretsEndAt !== null && Date.parse(formerSecretsEndAt) > now,
  );
  const [isVerifyOpen, setIsVerifyOpen] = useState(false);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <EventTypesCard names={webhook.subscriptions.map(({ pattern }) => pattern)} />
      {webhook.filter !== null && (
        <JsonView text={prettyExact(webhook.filter)} label="Filter" maxHeight="20rem" />
      )}
      <Card>
        <CardHeader
          title="Signing"
          actions={
            <Button size="sm" onClick={() => setIsVerifyOpen(true)}>
              How to verify
            </Button>
          }
        />
        <div className="p-4">
          <KeyValueList
            items={[
              {
                term: 'Secret',
                detail: (
                  <>
                    <code className="font-mono text-xs">{secretHint}…</code>
                    <span className="block text-xs text-muted">
                      Its first characters, to tell one from another
                    </span>
                  </>
                ),
              },
              ...(isFormerInUse && formerSecretsEndAt !== null
                ? [
                    {
                      term: 'Former secret',
                      detail: (
                        <>
                          Signs too until {formatExact(formerSecretsEndAt)}
                          <span className="block text-xs text-muted">
                            The receiver may verify with either until then
                          </span>
                        </>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </div>
      </Card>
      <Card>
        <CardHeader title="Request" />
        <div className="flex flex-col gap-3 p-4">
          <KeyValueList
            items={[
              { term: 'Timeout', detail: formatPlural(timeout, 'second') },
              {
                term: 'Retries after',
                detail:
                  retryPolicy === null
                    ? 'The installation’s schedule'
                    : delaysInWords(retryPolicy.delays),
              },
              {
                term: 'Rate limit',
                detail: rateLimit === null ? 'None' : rateInWords(rateLimit),
              },
              {
                term: 'Order',
                detail: ordering === 'KEY' ? 'By key, one after the other' : 'None',
              },
              { term: 'Created', detail: <RelativeTime at={createdAt} /> },
              { term: 'Changed', detail: <RelativeTime at={updatedAt} /> },
            ]}
          />
          {headers.length > 0 && (
            <div className="border-t border-line pt-3">
              <h3 className="mb-1 text-sm text-muted">Headers</h3>
              <HeadersTable headers={headers} label="Headers it sets" />
            </div>
          )}
        </div>
      </Card>
      <Dialog
        open={isVerifyOpen}
        onOpenChange={setIsVerifyOpen}
        size="lg"
        title="How to verify a delivery"
      >
        <HowToVerify />
      </Dialog>
    </div>
  );
}

function EventTypesCard({ names }: { names: readonly string[] }) {
  const types = useEventTypes();
  const patterns = names.filter(isPattern);
  const subscribed = types.filter(({ name }) => names.includes(name));
  return (
    <Card>
      <CardHeader
        title="Event types"
        actions={
          <span className="text-sm text-muted tabular-nums">
            {names.length === offered(types).length ? `all ${names.length}` : names.length}
          </span>
        }
      />
      <div className="p-4">
        {names.length === 0 ? (
          <p className="text-sm text-muted">None: it receives test events only.</p>
        ) : (
          <KeyValueList
            items={[
              ...(patterns.length === 0
                ? []
                : [
                    {
                      term: 'Patterns',
                      detail: <span className="font-mono text-xs">{patterns.join(' ')}</span>,
                    },
                  ]),
              ...groupsOf(subscribed).map(([group, members]) => ({
                term: group,
                detail: (
                  <span className="flex flex-wrap gap-x-3 gap-y-1 font-mono text-xs leading-5">
                    {members.map(({ name }) => (
                      <span key={name}>{name}</span>
                    ))}
                  </span>
                ),
              })),
            ]}
          />
        )}
      </div>
    </Card>
  );
}
