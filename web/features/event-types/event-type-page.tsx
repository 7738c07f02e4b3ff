import { getRouteApi, Link } from '@tanstack/react-router';
import { Shapes, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useMutation, useQuery } from 'urql';

import { Badge } from '../../components/state/badge.tsx';
import { Button, buttonClasses } from '../../components/form/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/dialog/confirm-dialog.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { JsonView } from '../../components/json/json-view.tsx';
import { linkClasses } from '../../components/link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/state/skeleton.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql } from '../../graphql/graphql.ts';
import type { UserFault } from '../../graphql/user-faults.ts';
import { prettyExact } from '../../lib/json/exact-numbers.ts';
import { useSession } from '../../session/session.tsx';
import { draftOf, updateInputOf, type EventTypeDraft } from './event-type-draft.ts';
import { EventTypeForm } from './event-type-form.tsx';
import {
  DeleteEventTypeMutation,
  EventTypeFragment,
  UpdateEventTypeMutation,
  type EditedEventType,
} from './event-type-operations.ts';

const EventTypeQuery = graphql(
  `
    query EventTypeByName($name: String!) {
      eventType(name: $name) {
        ...EditedEventType
      }
    }
  `,
  [EventTypeFragment],
);

const route = getRouteApi('/event-types/$name');

/** One event type: what it carries, and what becomes of events that do not fit. */
export function EventTypePage() {
  const { name } = route.useParams();
  const { mayWrite } = useSession();
  const [{ data, error, stale }, ask] = useQuery({
    query: EventTypeQuery,
    variables: { name },
    requestPolicy: 'cache-and-network',
  });
  // As it was when it was opened: what comes later must not take away what is typed.
  const [opened, setOpened] = useState<EditedEventType | null>(null);
  const type = opened ?? (stale ? undefined : data?.eventType);
  if (type != null && opened === null) setOpened(type);
  if (type === null) {
    return (
      <Card>
        <EmptyState
          isWholePage
          icon={Shapes}
          title="Event type not found"
          action={
            <Link to="/event-types" className={buttonClasses()}>
              All event types
            </Link>
          }
        >
          There is none with the name{' '}
          <span className="font-mono wrap-anywhere text-ink">{name}</span>.
        </EmptyState>
      </Card>
    );
  }
  if (type === undefined) {
    if (error === undefined) return <EventTypeSkeleton />;
    return (
      <ErrorState
        error={{ message: faultMessage(error) }}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
      />
    );
  }
  return mayWrite ? <EventTypeEditor key={name} type={type} /> : <EventTypeView type={type} />;
}

function EventTypeEditor({ type }: { type: EditedEventType }) {
  const navigate = route.useNavigate();
  const toast = useToast();
  const [initial] = useState(() => draftOf(type));
  const [isDeleting, setIsDeleting] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [, update] = useMutation(UpdateEventTypeMutation);
  const [, remove] = useMutation(DeleteEventTypeMutation);
  const { name } = type;

  async function submit(draft: EventTypeDraft): Promise<readonly UserFault[] | null> {
    const { data, error } = await update({ input: updateInputOf(initial, draft) });
    if (error !== undefined) {
      toast.show({ title: 'Not saved', description: faultMessage(error), tone: 'failed' });
      return null;
    }
    const faults = data?.eventTypeUpdate.userErrors ?? [];
    if (faults.length === 0) {
      toast.show({ title: `${name} saved`, tone: 'success' });
      await navigate({ to: '/event-types' });
    }
    return faults;
  }

  async function confirm(): Promise<void> {
    setFault(null);
    const { data, error } = await remove({ input: { name } });
    const message =
      error === undefined ? data?.eventTypeDelete.userErrors[0]?.message : faultMessage(error);
    if (message !== undefined) return setFault(message);
    toast.show({ title: `${name} deleted`, tone: 'success' });
    await navigate({ to: '/event-types' });
  }

  return (
    <div className="flex flex-col gap-4">
      <EventTypeHeader
        type={type}
        actions={
          <Button icon={Trash2} onClick={() => setIsDeleting(true)}>
            Delete
          </Button>
        }
      />
      <EventTypeForm
        initial={initial}
        isNew={false}
        onSubmit={submit}
        onCancel={() => void navigate({ to: '/event-types' })}
      />
      <ConfirmDialog
        open={isDeleting}
        onOpenChange={setIsDeleting}
        title={`Delete ${name}?`}
        confirmLabel="Delete event type"
        onConfirm={confirm}
        error={fault}
      >
        It cannot be triggered any more. One that webhooks subscribe to by name, or that events are
        kept of, can’t be deleted: deprecate it instead.
      </ConfirmDialog>
    </div>
  );
}

/** For those who read only. */
function EventTypeView({ type }: { type: EditedEventType }) {
  return (
    <div className="flex flex-col gap-4">
      <EventTypeHeader type={type} actions={null} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <JsonView text={prettyExact(type.sample)} label="Sample" />
        {type.schema !== null && <JsonView text={prettyExact(type.schema)} label="Schema" />}
      </div>
    </div>
  );
}

interface EventTypeHeaderProps {
  type: EditedEventType;
  actions: ReactNode;
}

function EventTypeHeader({ type, actions }: EventTypeHeaderProps) {
  return (
    <PageHeader
      title={type.name}
      meta={type.deprecatedAt !== null && <Badge>deprecated</Badge>}
      back={
        <Link to="/event-types" className={linkClasses}>
          Event types
        </Link>
      }
      description={type.description}
      actions={actions}
    />
  );
}

function EventTypeSkeleton() {
  return (
    <output aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-16 w-72" />
      <Skeleton className="h-80 rounded-lg" />
      <Skeleton className="h-80 rounded-lg" />
    </output>
  );
}
