import { Lock, Plus } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { Pager } from '../../components/pager.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { useSession } from '../../session/session.tsx';
import type { ApiKeyRow } from './api-key-operations.ts';
import { ApiKeysTable } from './api-keys-table.tsx';
import { NewApiKey } from './new-api-key.tsx';
import { RevokeApiKey } from './revoke-api-key.tsx';
import { roleName, ROLES } from './roles.ts';
import type { ApiKeys } from './use-api-keys.ts';

/** Who may call the API: for ADMIN keys; the others read why not. */
export function ApiKeysSection({ apiKeys }: { apiKeys: ApiKeys }) {
  const { viewer, mayManageKeys } = useSession();
  if (mayManageKeys) return <ManagedApiKeys apiKeys={apiKeys} />;
  return (
    <Card aria-label="API keys">
      <CardHeader title="API keys" />
      <EmptyState icon={Lock} title="Only for keys with the role Admin">
        You are signed in with “{viewer.apiKey.name}”, whose role is {roleName(viewer.apiKey.role)}.
        Who has an Admin key can make another for you.
      </EmptyState>
    </Card>
  );
}

function ManagedApiKeys({ apiKeys }: { apiKeys: ApiKeys }) {
  const { viewer } = useSession();
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyRow | null>(null);
  return (
    <Card aria-label="API keys">
      <CardHeader
        title="API keys"
        description="For people to sign in with, and for programs to call the API with."
        actions={
          <Button variant="primary" size="sm" icon={Plus} onClick={() => setMaking(true)}>
            New key
          </Button>
        }
      />
      <ApiKeysBody apiKeys={apiKeys} ownId={viewer.apiKey.id} onRevoke={setRevoking} />
      {isMaking && (
        <NewApiKey
          onClose={() => setMaking(false)}
          onMade={() => {
            apiKeys.showFirst();
            apiKeys.readAgain();
          }}
        />
      )}
      {revoking !== null && (
        <RevokeApiKey
          apiKey={revoking}
          isOwn={revoking.id === viewer.apiKey.id}
          onClose={() => setRevoking(null)}
          onRevoked={() => {
            setRevoking(null);
            // With one's own key this is refused, which ends the session here and now.
            apiKeys.readAgain();
          }}
        />
      )}
    </Card>
  );
}

interface ApiKeysBodyProps {
  apiKeys: ApiKeys;
  ownId: string;
  onRevoke: (apiKey: ApiKeyRow) => void;
}

function ApiKeysBody({ apiKeys, ownId, onRevoke }: ApiKeysBodyProps) {
  const { nodes, error, hasPrevious, hasNext } = apiKeys;
  if (nodes === undefined) {
    return error === undefined ? (
      <SkeletonRows rows={6} columns={4} rowClassName="h-13" />
    ) : (
      <ErrorState error={{ message: faultMessage(error) }} onRetry={apiKeys.readAgain} />
    );
  }
  return (
    <>
      <ApiKeysTable apiKeys={nodes} ownId={ownId} onRevoke={onRevoke} />
      {(hasPrevious || hasNext) && (
        <div className="border-t border-line px-4 py-2">
          <Pager
            label="Pages of API keys"
            hasPrevious={hasPrevious}
            hasNext={hasNext}
            onPrevious={apiKeys.showPrevious}
            onNext={apiKeys.showNext}
          />
        </div>
      )}
      <Roles />
    </>
  );
}

function Roles() {
  return (
    <div className="border-t border-line bg-canvas/60 px-4 py-3">
      <h3 className="text-xs font-medium text-muted">What each role may do</h3>
      <dl className="mt-2 grid gap-x-8 gap-y-1.5 text-sm lg:grid-cols-2">
        {ROLES.map(({ role, may }) => (
          <div key={role} className="flex gap-3">
            <dt className="w-20 shrink-0 font-medium">{roleName(role)}</dt>
            <dd className="text-muted">{may}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
