import { useFormFacts, type FormFacts } from './form-facts.ts';

/** A kind of event that webhooks can subscribe to. */
export type EventType = FormFacts['eventTypes'][number];

const NONE: readonly EventType[] = [];

/** All event types there are, deprecated ones too; none until they have come. */
export function useEventTypes(): readonly EventType[] {
  const [{ data }] = useFormFacts();
  return data?.eventTypes ?? NONE;
}

/** Those that new subscriptions are offered. */
export function offered(types: readonly EventType[]): readonly EventType[] {
  return types.filter(({ deprecatedAt }) => deprecatedAt === null);
}

/** Event types under the heading they are shown under, in the server's order. */
export function groupsOf<Type extends Pick<EventType, 'group'>>(
  types: readonly Type[],
): readonly (readonly [string, readonly Type[]])[] {
  const groups = new Map<string, Type[]>();
  for (const type of types) {
    const group = groups.get(type.group);
    if (group === undefined) groups.set(type.group, [type]);
    else group.push(type);
  }
  return [...groups];
}

const PATTERN = /^(?:\*|[\w-]+(?:\.[\w-]+)*\.\*)$/;

/** Whether what a webhook subscribes by stands for more than one event type: `order.*`, `*`. */
export const isPattern = (text: string): boolean => PATTERN.test(text);

/** Whether what a webhook subscribes by, a name or a pattern, stands for the event type of this name. */
export function standsFor(by: string, name: string): boolean {
  return by === name || (isPattern(by) && (by === '*' || name.startsWith(by.slice(0, -1))));
}
