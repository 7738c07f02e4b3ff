import { useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Spinner } from '../../../components/state/spinner.tsx';
import { graphql } from '../../../graphql/graphql.ts';
import type { LiveSnapshot } from '../../../live/live-deliveries.ts';
import { formatCount, formatPlural } from '../../../lib/number-format.ts';

const retentionDocument = graphql(`
  query Retention {
    installation {
      retentionDays
    }
  }
`);

export interface TableFooterProps {
  snapshot: LiveSnapshot;
  onLoadMore: () => void;
}

/** How the list goes on below its last row, or why it does not. */
export function TableFooter({ snapshot, onLoadMore }: TableFooterProps) {
  return (
    <div className="flex h-12 items-center justify-center gap-2 px-4 text-center text-xs text-muted">
      <Going snapshot={snapshot} onLoadMore={onLoadMore} />
    </div>
  );
}

function Going({ snapshot, onLoadMore }: TableFooterProps) {
  const { ids, hasMore, isFull, isLoadingMore, error } = snapshot;
  const [{ data }] = useQuery({ query: retentionDocument });
  if (isFull) {
    return `These are the newest ${formatCount(ids.length)}. Narrow the filters to see older ones.`;
  }
  if (!hasMore) {
    if (data === undefined) return 'That is all.';
    const kept = formatPlural(data.installation.retentionDays, 'day');
    return `That is all: deliveries are kept for ${kept}.`;
  }
  if (isLoadingMore || error === null) return <Spinner label="Loading more…" />;
  return (
    <>
      More could not be loaded.
      <Button size="sm" variant="ghost" onClick={onLoadMore}>
        Try again
      </Button>
    </>
  );
}
