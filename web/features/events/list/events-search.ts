import { currentId } from '../../../lib/global-id.ts';
import { cursorSearchOf, type CursorSearch } from '../../../lib/cursor-page.ts';
import { textOf } from '../../../lib/search-text.ts';
import { rangeSearchOf, type RangeSearch } from '../../../lib/time/time-range.ts';

/** The list of events as its address has it: what is looked for, and which page. */
export interface EventsSearch extends RangeSearch, CursorSearch {
  /** The caller's own id of an event. */
  event?: string;
  /** An event type. */
  type?: string;
  /** A customer's key. */
  customer?: string;
}

/** Reads it from an address; what makes no sense is left out. */
export function eventsSearchOf(parameters: Record<string, unknown>): EventsSearch {
  const event = textOf(parameters['event']);
  const type = textOf(parameters['type']);
  const customer = textOf(parameters['customer']);
  return {
    ...(event === undefined ? {} : { event }),
    ...(type === undefined ? {} : { type }),
    ...(customer === undefined ? {} : { customer }),
    ...cursorSearchOf(parameters),
    ...rangeSearchOf(parameters),
  };
}

/** The composer's address: the event type to begin with, and the delivery whose pane is open. */
export interface NewEventSearch {
  type?: string;
  delivery?: string;
}

export function newEventSearchOf(parameters: Record<string, unknown>): NewEventSearch {
  const type = textOf(parameters['type']);
  const delivery = textOf(parameters['delivery']);
  return {
    ...(type === undefined ? {} : { type }),
    ...(delivery === undefined ? {} : { delivery: currentId(delivery) }),
  };
}
