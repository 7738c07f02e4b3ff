import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';

import { linkClasses } from '../../components/link.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { readExact } from '../../lib/json/exact-numbers.ts';
import type { JsonMark } from '../../lib/json/json-marks.ts';
import { formatCount, formatPlural } from '../../lib/number-format.ts';
import { useSettled } from '../../lib/use-settled.ts';
import type { EventTypeDraft } from './event-type-draft.ts';

const TrialQuery = graphql(`
  query TrySchema($input: SchemaPreviewInput!) {
    schemaPreview(input: $input) {
      checked
      fitting
      example
      sampleViolations {
        path
        message
      }
      misfits {
        event {
          id
          eventId
        }
        violations {
          path
          message
        }
      }
      userErrors {
        field
        message
      }
    }
  }
`);

type Preview = ResultOf<typeof TrialQuery>['schemaPreview'];

const TYPING_MS = 500;

/** How a schema fares, as it is typed: with itself, with the sample, and with events of the past. */
export interface SchemaTrialState {
  /** Null where nothing was tried yet. */
  preview: Preview | null;
  /** Why nothing could be tried. */
  fault: string | null;
  /** Made of the schema; null where it is none. */
  example: unknown;
  schemaMarks: readonly JsonMark[];
  sampleMarks: readonly JsonMark[];
}

const NO_MARKS: readonly JsonMark[] = [];

export function useSchemaTrial(draft: EventTypeDraft, isNew: boolean): SchemaTrialState {
  const schema = readExact(draft.schema);
  const isWritten = schema !== null && schema !== undefined;
  const settled = useSettled(isWritten ? draft.schema : '', TYPING_MS);
  const sample = useSettled(draft.sample, TYPING_MS);
  const sampleValue = readExact(sample);
  const [{ data, error }] = useQuery({
    query: TrialQuery,
    variables: {
      input: {
        // A new type has no events to try it on; everything else is shown.
        eventType: isNew ? draft.name.trim() : draft.name,
        schema: readExact(settled),
        ...(sampleValue === null || sampleValue === undefined ? {} : { sample: sampleValue }),
      },
    },
    pause: settled === '',
    requestPolicy: 'network-only',
  });
  const preview = settled === '' ? null : (data?.schemaPreview ?? null);
  const schemaMarks = useMemo(() => schemaMarksOf(preview), [preview]);
  const sampleMarks = useMemo(
    () => preview?.sampleViolations.map(markOfViolation) ?? NO_MARKS,
    [preview],
  );
  return {
    preview,
    fault: error === undefined ? null : faultMessage(error),
    example: preview?.example ?? null,
    schemaMarks,
    sampleMarks,
  };
}

function schemaMarksOf(preview: Preview | null): readonly JsonMark[] {
  const faults = preview?.userErrors.filter(({ field }) => field?.[1] === 'schema') ?? [];
  return faults.map(({ field, message }) => ({ path: field?.slice(2) ?? [], message }));
}

function markOfViolation({ path, message }: { path: string; message: string }): JsonMark {
  const [, ...keys] = path.split('/');
  return {
    path: keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    message,
  };
}

/** How many of the newest events would have fitted, and what of the others does not. */
export function SchemaTrial({ trial, isNew }: { trial: SchemaTrialState; isNew: boolean }) {
  const { preview, fault } = trial;
  if (fault !== null) return <p className="text-muted">{fault}</p>;
  if (preview === null || preview.example === null || isNew) return null;
  const { checked, fitting, misfits } = preview;
  if (checked === 0) return <p className="text-muted">There are no events of it to try it on.</p>;
  return (
    <div className="flex flex-col gap-2">
      <output>
        <strong className="font-medium tabular-nums">{formatCount(fitting)}</strong> of the last{' '}
        {formatPlural(checked, 'event')} {fitting === 1 ? 'fits' : 'fit'}
      </output>
      {misfits.length > 0 && (
        <ul
          aria-label="Events that do not fit"
          className="divide-y divide-line rounded-md border border-line"
        >
          {misfits.map(({ event, violations }) => (
            <li key={event.id} className="px-3 py-2">
              <Link
                to="/events/$eventId"
                params={{ eventId: event.id }}
                className={`${linkClasses} block truncate font-mono text-xs`}
              >
                {event.eventId}
              </Link>
              {violations.slice(0, 3).map(({ path, message }) => (
                <span key={`${path} ${message}`} className="block wrap-anywhere text-muted">
                  {path === '' ? 'it' : path} {message}
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
