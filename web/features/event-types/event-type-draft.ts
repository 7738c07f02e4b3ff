import { prettyExact, readExact } from '../../lib/json/exact-numbers.ts';
import type { EditedEventType } from './event-type-operations.ts';

export type Validation = EditedEventType['validation'];

/** An event type as the form holds it: all that is typed is text. */
export interface EventTypeDraft {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  /** JSON text; blank where it is to be made of the schema. */
  readonly sample: string;
  /** JSON text; blank for none. */
  readonly schema: string;
  readonly validation: Validation;
  readonly isDeprecated: boolean;
}

export const EMPTY_DRAFT: EventTypeDraft = {
  name: '',
  group: '',
  description: '',
  sample: '',
  schema: '',
  validation: 'NONE',
  isDeprecated: false,
};

export function draftOf(type: EditedEventType): EventTypeDraft {
  return {
    name: type.name,
    group: type.group,
    description: type.description ?? '',
    sample: prettyExact(type.sample),
    schema: type.schema === null ? '' : prettyExact(type.schema),
    validation: type.validation,
    isDeprecated: type.deprecatedAt !== null,
  };
}

/** Whether all that is to be JSON is JSON. */
export function isReadable({ sample, schema }: EventTypeDraft): boolean {
  return readExact(sample) !== undefined && readExact(schema) !== undefined;
}

/** What makes the event type of this draft. */
export function createInputOf(draft: EventTypeDraft) {
  const { sample, schema, group, description } = draft;
  return {
    name: draft.name.trim(),
    validation: draft.validation,
    ...(group.trim() === '' ? {} : { group: group.trim() }),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    ...(sample.trim() === '' ? {} : { sample: readExact(sample) }),
    ...(schema.trim() === '' ? {} : { schema: readExact(schema) }),
  };
}

/** What changes the event type from one draft to the other: that alone. */
export function updateInputOf(from: EventTypeDraft, to: EventTypeDraft) {
  return {
    name: from.name,
    ...(to.group === from.group ? {} : { group: to.group.trim() }),
    ...(to.description === from.description ? {} : { description: to.description.trim() || null }),
    ...(to.sample === from.sample || to.sample.trim() === ''
      ? {}
      : { sample: readExact(to.sample) }),
    ...(to.schema === from.schema ? {} : { schema: readExact(to.schema) }),
    ...(to.validation === from.validation ? {} : { validation: to.validation }),
    ...(to.isDeprecated === from.isDeprecated ? {} : { isDeprecated: to.isDeprecated }),
  };
}
