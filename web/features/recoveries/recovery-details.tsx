import { Link } from '@tanstack/react-router';

import { CopyableText } from '../../components/copyable-text.tsx';
import { KeyValueList } from '../../components/key-value-list.tsx';
import { linkClasses } from '../../components/link.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import { filterPartsOf } from '../../deliveries/filter-parts.ts';
import { useWebhookNames } from '../../deliveries/use-webhook-names.ts';
import { formatCount } from '../../lib/number-format.ts';
import { askedFor } from '../../recoveries/asked-for.ts';
import type { RecoveryOfPage } from './recovery-page.tsx';

const KINDS = {
  RETRY: 'Deliveries, sent again under their own ids with their whole schedule',
  MISSED: 'Events that the webhook would have got, and has no delivery of',
} as const;

/** What a recovery was asked for, by whom and when. */
export function RecoveryDetails({ recovery }: { recovery: RecoveryOfPage }) {
  const { id, kind, perSecond, createdAt, startedAt, completedAt, createdBy } = recovery;
  const { search, picked } = askedFor(recovery);
  const nameOf = useWebhookNames(search.webhook ?? []);
  const parts = filterPartsOf(search, nameOf);
  const names = [...new Set(parts.map(({ name }) => name))];
  return (
    <div className="flex flex-col gap-4 p-4">
      <KeyValueList
        items={[
          { term: 'Brings back', detail: KINDS[kind] },
          ...(picked === null ? [] : [{ term: 'Picked by hand', detail: formatCount(picked) }]),
          ...names.map((name) => ({
            term: name,
            detail: parts
              .filter((part) => part.name === name)
              .map(({ value }) => value)
              .join(', '),
          })),
          {
            term: 'Pace',
            detail:
              perSecond === null
                ? 'As fast as new deliveries leave room'
                : `At most ${formatCount(perSecond)} a second`,
          },
          ...(createdBy === null ? [] : [{ term: 'Asked for by', detail: createdBy.name }]),
          { term: 'Made', detail: <RelativeTime at={createdAt} /> },
          ...(startedAt === null
            ? []
            : [{ term: 'Begun', detail: <RelativeTime at={startedAt} /> }]),
          ...(completedAt === null
            ? []
            : [{ term: 'Ended', detail: <RelativeTime at={completedAt} /> }]),
          { term: 'Id', detail: <CopyableText value={id} label="id" /> },
        ]}
      />
      {picked === null && (
        <p className="text-sm">
          <Link
            to="/deliveries"
            search={kind === 'MISSED' ? webhookOf(search) : withoutStatus(search)}
            className={linkClasses}
          >
            {kind === 'MISSED' ? 'The webhook’s deliveries' : 'Deliveries that match now'}
          </Link>
        </p>
      )}
    </div>
  );
}

type Search = ReturnType<typeof askedFor>['search'];

/** What was sent again has another status now. */
function withoutStatus({ status: _status, ...rest }: Search): Search {
  return rest;
}

/** What is made up for is newer than the events. */
function webhookOf({ webhook }: Search): Search {
  return webhook === undefined ? {} : { webhook };
}
