import { boundedInt } from '../limits/bounded-int.ts';

/** How many events one preview reads at most. */
const MOST_TRIED = 500;

/** The argument `last` of a preview, which tries something on the newest events; `byDefault` if omitted. */
export function triedEvents(byDefault: number) {
  return {
    argument: {
      description: `How many events to try it on: 1 to ${MOST_TRIED}, ${byDefault} if omitted.`,
    },
    /** @throws BAD_USER_INPUT for a number that does not fit. */
    read: (last: number | null | undefined) =>
      boundedInt(last ?? byDefault, { from: 1, to: MOST_TRIED }, ['input', 'last']),
  };
}

/** Of the field `checked`. */
export const CHECKED = {
  description:
    'Events that it was tried on: fewer than asked for where there are no more, or their payloads are large (16 MiB in all).',
};
