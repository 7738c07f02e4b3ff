import { getRouteApi, Link, useLocation } from '@tanstack/react-router';
import { ChevronLeft, Lock } from 'lucide-react';
import { useState } from 'react';

import { buttonClasses } from '../../../components/form/button.tsx';
import { Card } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { DeliveryPane } from '../../../deliveries/delivery-pane.tsx';
import { useSession } from '../../../session/session.tsx';
import { EventComposer } from './event-composer.tsx';
import { eventDraftOf } from './event-draft.ts';

const route = getRouteApi('/events/new');

/** Triggers an event by hand, and shows what becomes of it. */
export function NewEventPage() {
  const { mayWrite, viewer } = useSession();
  const { type, delivery } = route.useSearch();
  const navigate = route.useNavigate();
  const location = useLocation();
  // What the page was opened with: a later change of the address brings no other payload.
  const [draft] = useState(() => eventDraftOf(location.state));
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        back={
          <Link to="/events" className={`${linkClasses} inline-flex items-center gap-1`}>
            <ChevronLeft aria-hidden className="size-4" />
            Events
          </Link>
        }
        title="New event"
        description="Goes out as if your platform had triggered it: to every active webhook that subscribes to its type."
      />
      {mayWrite ? (
        <EventComposer
          type={type ?? draft?.type ?? null}
          onType={(next) =>
            void navigate({
              search: (before) => ({ ...before, type: next }),
              state: true,
              replace: true,
            })
          }
          draft={draft}
          onOpenDelivery={(id) =>
            void navigate({
              search: (before) => ({ ...before, delivery: id }),
              state: true,
              resetScroll: false,
            })
          }
        />
      ) : (
        <Card>
          <EmptyState
            icon={Lock}
            title="This API key may not trigger events"
            action={
              <Link to="/events" className={buttonClasses()}>
                All events
              </Link>
            }
          >
            “{viewer.apiKey.name}” has the role {viewer.apiKey.role}, which reads only. Sign in with
            a key of the role OPERATOR or ADMIN.
          </EmptyState>
        </Card>
      )}
      {delivery !== undefined && (
        <DeliveryPane
          deliveryId={delivery}
          close={() =>
            void navigate({
              search: ({ delivery: _closed, ...rest }) => rest,
              state: true,
              resetScroll: false,
            })
          }
        />
      )}
    </div>
  );
}
