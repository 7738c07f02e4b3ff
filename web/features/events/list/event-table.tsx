import { useNavigate } from '@tanstack/react-router';

import { readFragment, type FragmentOf } from '../../../graphql/graphql.ts';
import { useRowNavigation } from '../../../lib/keyboard/row-navigation.ts';
import { EventRow, EventRowFragment } from './event-row.tsx';

export interface EventTableProps {
  events: readonly FragmentOf<typeof EventRowFragment>[];
}

/** Events row by row; `j`, `k` and Enter go through them. */
export function EventTable({ events }: EventTableProps) {
  const navigate = useNavigate();
  const rows = events.map((event) => ({ event, id: readFragment(EventRowFragment, event).id }));
  const { activeId } = useRowNavigation({
    ids: rows.map(({ id }) => id),
    onOpen: (id) => void navigate({ to: '/events/$eventId', params: { eventId: id } }),
    noun: 'event',
  });
  return (
    <table aria-label="Events" className="w-full table-fixed border-collapse text-left">
      <thead className="text-xs text-muted max-sm:sr-only">
        <tr className="h-9">
          <th scope="col" className="pl-4 font-medium">
            Event type
          </th>
          <th scope="col" className="hidden pl-4 font-medium sm:table-cell sm:w-[45%]">
            Event id
          </th>
          <th scope="col" className="hidden w-32 pl-4 text-right font-medium md:table-cell">
            Webhooks notified
          </th>
          <th scope="col" className="w-28 pr-4 pl-4 text-right font-medium">
            Triggered
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, event }) => (
          <EventRow key={id} event={event} isActiveRow={id === activeId} />
        ))}
      </tbody>
    </table>
  );
}
