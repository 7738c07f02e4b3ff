import { Link, useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';

import { linkClasses } from '../../components/link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useToast } from '../../components/overlay/toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import type { UserFault } from '../../graphql/user-faults.ts';
import { createInputOf, EMPTY_DRAFT, type EventTypeDraft } from './event-type-draft.ts';
import { EventTypeForm } from './event-type-form.tsx';
import { CreateEventTypeMutation } from './event-type-operations.ts';

/** Makes an event type. */
export function NewEventTypePage() {
  const navigate = useNavigate();
  const toast = useToast();
  const [, create] = useMutation(CreateEventTypeMutation);

  async function submit(draft: EventTypeDraft): Promise<readonly UserFault[] | null> {
    const { data, error } = await create({ input: createInputOf(draft) });
    if (error !== undefined) {
      toast.show({ title: 'Not made', description: faultMessage(error), tone: 'failed' });
      return null;
    }
    const faults = data?.eventTypeCreate.userErrors ?? [];
    if (faults.length === 0) {
      toast.show({ title: `${draft.name.trim()} made`, tone: 'success' });
      await navigate({ to: '/event-types', replace: true });
    }
    return faults;
  }

  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="New event type"
        back={
          <Link to="/event-types" className={linkClasses}>
            Event types
          </Link>
        }
      />
      <EventTypeForm
        initial={EMPTY_DRAFT}
        isNew
        onSubmit={submit}
        onCancel={() => void navigate({ to: '/event-types' })}
      />
    </div>
  );
}
