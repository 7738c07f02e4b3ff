import { useQuery } from 'urql';

import { Card, CardHeader } from '../../components/card.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { KeyValueList } from '../../components/key-value-list.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { formatPlural } from '../../lib/number-format.ts';
import { useSession } from '../../session/session.tsx';
import { delaysInWords, waitInWords } from '../../lib/time/durations.ts';
import { bytesInWords, modeInWords } from './installation-words.ts';

const InstallationQuery = graphql(`
  query Installation {
    installation {
      version
      mode
      maxAttempts
      retryDelays
      defaultTimeout
      maxPayloadBytes
      retentionDays
    }
  }
`);

type Installation = ResultOf<typeof InstallationQuery>['installation'];

/** What this installation runs on and how it is set up; its environment decides, not this page. */
export function InstallationSection() {
  const { viewer } = useSession();
  const [{ data, error }, readAgain] = useQuery({
    query: InstallationQuery,
    requestPolicy: 'cache-and-network',
  });
  return (
    <Card aria-label="This installation">
      <CardHeader
        title="This installation"
        description="Set by the server’s environment variables."
      />
      <div className="min-h-66">
        {data !== undefined ? (
          <div className="p-4">
            <KeyValueList items={factsOf(data.installation, viewer.tenant.name)} />
          </div>
        ) : error !== undefined ? (
          <ErrorState
            error={{ message: faultMessage(error) }}
            onRetry={() => readAgain({ requestPolicy: 'network-only' })}
          />
        ) : (
          <SkeletonRows rows={8} columns={2} rowClassName="h-8" />
        )}
      </div>
    </Card>
  );
}

function factsOf(installation: Installation, tenantName: string) {
  const { version, mode, maxAttempts, retryDelays } = installation;
  const { defaultTimeout, maxPayloadBytes, retentionDays } = installation;
  return [
    { term: 'Tenant', detail: tenantName },
    { term: 'Mode', detail: modeInWords(mode) },
    { term: 'Version', detail: <span className="font-mono text-xs">{version}</span> },
    { term: 'Attempts', detail: `At most ${formatPlural(maxAttempts, 'attempt')} for a delivery` },
    { term: 'Waits between', detail: delaysInWords(retryDelays) },
    { term: 'Default timeout', detail: `${waitInWords(defaultTimeout)} for one attempt` },
    { term: 'Largest payload', detail: bytesInWords(maxPayloadBytes) },
    {
      term: 'Kept for',
      detail: `${formatPlural(retentionDays, 'day')} after a delivery has ended`,
    },
  ];
}
