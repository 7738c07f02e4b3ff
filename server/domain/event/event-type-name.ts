/** The longest name of an event type, in characters (all of which are ASCII). */
export const MAX_EVENT_TYPE_NAME = 128;

/** Segments with dots between them: `order.line_item.added`. */
export function isEventTypeName(name: string): boolean {
  return name.length <= MAX_EVENT_TYPE_NAME && /^[\w-]+(?:\.[\w-]+)*$/.test(name);
}
