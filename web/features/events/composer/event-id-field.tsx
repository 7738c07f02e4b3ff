import { Link } from '@tanstack/react-router';

import { Field } from '../../../components/form/field.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import type { Composer } from './use-composer.ts';

/** The event's id, which makes triggering it twice harmless. */
export function EventIdField({ composer }: { composer: Composer }) {
  const { eventId, setEventId, lastEventId, faults, hasConflict } = composer;
  return (
    <Field
      label="Event id"
      optional
      error={faults.eventId}
      hint={
        <>
          Leave empty to generate one. Triggering the same id, type and payload again sends nothing
          new.
          {hasConflict && (
            <>
              {' '}
              <Link to="/events" search={{ event: eventId }} className={`${linkClasses} underline`}>
                Show the event that has this id
              </Link>
            </>
          )}
          {lastEventId !== null && eventId === '' && (
            <>
              {' '}
              <button
                type="button"
                className={`${linkClasses} wrap-anywhere underline`}
                onClick={() => setEventId(lastEventId)}
              >
                Use {shortened(lastEventId)} again
              </button>
            </>
          )}
        </>
      }
    >
      {(ids) => (
        <TextInput
          {...ids}
          isMono
          autoCapitalize="none"
          spellCheck={false}
          placeholder="e.g. order-90210-created"
          value={eventId}
          onChange={(event) => setEventId(event.target.value)}
        />
      )}
    </Field>
  );
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
