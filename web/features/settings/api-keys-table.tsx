import { Ban } from 'lucide-react';

import { Badge } from '../../components/state/badge.tsx';
import { Button } from '../../components/form/button.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import { classNames } from '../../lib/class-names.ts';
import type { ApiKeyRow } from './api-key-operations.ts';
import { roleName } from './roles.ts';

export interface ApiKeysTableProps {
  apiKeys: readonly ApiKeyRow[];
  /** The one that this session is of. */
  ownId: string;
  onRevoke: (apiKey: ApiKeyRow) => void;
}

const HEAD = 'h-9 px-4 text-left text-xs font-medium whitespace-nowrap text-muted';
const CELL = 'h-13 px-4 py-1.5';

/** One page of keys; on a phone the less important columns go beneath the name. */
export function ApiKeysTable({ apiKeys, ownId, onRevoke }: ApiKeysTableProps) {
  return (
    <table className="w-full table-fixed text-sm">
      <thead className="border-b border-line bg-canvas/60">
        <tr>
          <th scope="col" className={HEAD}>
            Name
          </th>
          <th scope="col" className={classNames(HEAD, 'hidden w-44 md:table-cell')}>
            Key
          </th>
          <th scope="col" className={classNames(HEAD, 'w-28')}>
            Role
          </th>
          <th scope="col" className={classNames(HEAD, 'hidden w-32 md:table-cell')}>
            Created
          </th>
          <th scope="col" className={classNames(HEAD, 'hidden w-32 sm:table-cell')}>
            Last used
          </th>
          <th scope="col" className={classNames(HEAD, 'w-14 sm:w-52')}>
            <span className="max-sm:sr-only">State</span>
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {apiKeys.map((apiKey) => (
          <ApiKeyRowView
            key={apiKey.id}
            apiKey={apiKey}
            isOwn={apiKey.id === ownId}
            onRevoke={() => onRevoke(apiKey)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface ApiKeyRowViewProps {
  apiKey: ApiKeyRow;
  isOwn: boolean;
  onRevoke: () => void;
}

function ApiKeyRowView({ apiKey, isOwn, onRevoke }: ApiKeyRowViewProps) {
  const { name, hint, role, createdAt, lastUsedAt, revokedAt } = apiKey;
  const isRevoked = revokedAt !== null;
  const lastUsed = lastUsedAt === null ? 'Never' : <RelativeTime at={lastUsedAt} />;
  return (
    <tr className={classNames(isRevoked ? 'text-muted' : 'hover:bg-hover/60')}>
      <th scope="row" className={classNames(CELL, 'text-left font-normal')}>
        <span className="flex min-w-0 items-center gap-2">
          <span
            title={name}
            className={classNames('truncate', isRevoked ? 'line-through' : 'font-medium')}
          >
            {name}
          </span>
          {isOwn && <Badge tone="accent">you</Badge>}
        </span>
        <span className="block truncate font-mono text-xs text-muted md:hidden">{hint}…</span>
        <span className="block text-xs text-muted sm:hidden">
          {isRevoked ? 'Revoked' : <>Last used: {lastUsed}</>}
        </span>
      </th>
      <td className={classNames(CELL, 'hidden truncate font-mono text-xs md:table-cell')}>
        {hint}…
      </td>
      <td className={CELL}>{roleName(role)}</td>
      <td className={classNames(CELL, 'hidden text-muted md:table-cell')}>
        <RelativeTime at={createdAt} />
      </td>
      <td className={classNames(CELL, 'hidden text-muted sm:table-cell')}>{lastUsed}</td>
      <td className={classNames(CELL, 'max-sm:px-2')}>
        {isRevoked ? (
          <span className="max-sm:hidden">
            Revoked <RelativeTime at={revokedAt} />
          </span>
        ) : (
          <span className="flex items-center justify-between gap-2">
            <span className="max-sm:hidden">
              <Badge tone="success">Active</Badge>
            </span>
            <Button
              size="sm"
              variant="ghost"
              icon={Ban}
              aria-label={`Revoke ${name}`}
              onClick={onRevoke}
            >
              <span className="max-sm:hidden">Revoke</span>
            </Button>
          </span>
        )}
      </td>
    </tr>
  );
}
