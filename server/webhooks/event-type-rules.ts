import { distance } from 'fastest-levenshtein';

import { eventTypeNames, findEventType } from '../domain/event-catalogue.ts';
import type { UserFault } from '../domain/user-fault.ts';
import { type Path, tooLarge } from './input-rules.ts';

/** Repeats are harmless, but a list longer than this is no list of event types. */
const LIST_MAX = 200;
/** What is longer than this is shown cut, and no slip of a name that there is. */
const NAME_MAX = 60;

/** Each name must be in the catalogue; the same one twice counts once. */
export function eventTypeFaults(eventTypes: readonly string[], path: Path): UserFault[] {
  if (eventTypes.length > LIST_MAX) {
    return [tooLarge(path, `At most ${LIST_MAX} event types may be given at once.`)];
  }
  return eventTypes.flatMap((name, index) => {
    if (findEventType(name) !== undefined) return [];
    return { field: [...path, String(index)], message: told(name), code: 'UNKNOWN_EVENT_TYPE' };
  });
}

function told(name: string): string {
  const shown = JSON.stringify(name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name);
  const near = name.length > NAME_MAX ? undefined : nearest(name.toLowerCase());
  return near === undefined
    ? `There is no event type ${shown}; the query eventTypes lists them.`
    : `There is no event type ${shown}; did you mean ${near}? The query eventTypes lists them all.`;
}

/** The name that takes the fewest edits to reach, where those are few enough to be a slip. */
function nearest(name: string): string | undefined {
  return eventTypeNames
    .map((known) => ({ known, edits: distance(name, known) }))
    .filter(({ known, edits }) => edits <= known.length / 3)
    .sort((a, b) => a.edits - b.edits)[0]?.known;
}
