import { distance } from 'fastest-levenshtein';

import { cutText } from '../domain/cut-text.ts';
import { isEventTypePattern } from '../domain/event/event-type-pattern.ts';
import type { UserFault } from '../domain/user-fault.ts';
import { type Path, tooLarge } from '../domain/input-rules.ts';
import { type EventTypes, MOST_EVENT_TYPES } from './row.ts';

/** What is longer than this is shown cut, and no slip of a name that there is. */
const NAME_MAX = 60;

/**
 * Each must be the name of one of the tenant's types, or a pattern, which may stand for types to come;
 * the same one twice counts once.
 */
export function eventTypeFaults(
  types: EventTypes,
  eventTypes: readonly string[],
  path: Path,
): UserFault[] {
  // Repeats are harmless, but more than there can be is no list of event types.
  if (eventTypes.length > MOST_EVENT_TYPES) {
    return [tooLarge(path, `At most ${MOST_EVENT_TYPES} event types may be given at once.`)];
  }
  return eventTypes.flatMap((name, index) => {
    if (types.has(name) || isEventTypePattern(name)) return [];
    return {
      field: [...path, String(index)],
      message: name.includes('*') ? noPattern(name) : unknownEventType(types, name),
      code: 'UNKNOWN_EVENT_TYPE',
    };
  });
}

function noPattern(text: string): string {
  const shown = JSON.stringify(cutText(text, NAME_MAX));
  return `${shown} is no pattern: a pattern is the beginning of names with .* behind its dot-separated segments (order.*), or *.`;
}

/** What is said of a name that no type has, with the nearest that there is. */
export function unknownEventType(types: EventTypes, name: string): string {
  const shown = JSON.stringify(cutText(name, NAME_MAX));
  const near = name.length > NAME_MAX ? undefined : nearest(types, name.toLowerCase());
  return near === undefined
    ? `There is no event type ${shown}; the query eventTypes lists them.`
    : `There is no event type ${shown}; did you mean ${near}? The query eventTypes lists them all.`;
}

/** The name that takes the fewest edits to reach, where those are few enough to be a slip. */
function nearest(types: EventTypes, name: string): string | undefined {
  return [...types.keys()]
    .map((known) => ({ known, edits: distance(name, known) }))
    .filter(({ known, edits }) => edits <= known.length / 3)
    .sort((a, b) => a.edits - b.edits)[0]?.known;
}
