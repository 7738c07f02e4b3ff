import type { UserFault, UserFaultCode } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';

const values = {
  INVALID: { description: 'The value does not fit; the message says what would.' },
  NOT_FOUND: { description: 'There is no such object, or none that this API key may see.' },
  URL_NOT_ALLOWED: {
    description: "The URL's host is, or resolves to, an address that deliveries may not reach.",
  },
  UNKNOWN_EVENT_TYPE: {
    description: 'No event type has this name; eventTypes lists those there are.',
  },
  TOO_LARGE: {
    description:
      'The value is longer, or there are more of them, than the limit that the message names.',
  },
  CONFLICT: { description: 'The same eventId came with another type or payload.' },
  NOT_ALLOWED_NOW: {
    description:
      "The object's state does not allow it, e.g. retrying a delivery that is being sent.",
  },
} satisfies Record<UserFaultCode, { description: string }>;

export const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'What kind of fault it is, for programs to decide on.',
  values,
});

export const UserError = builder.objectRef<UserFault>('UserError').implement({
  description: 'Something the caller can correct. Where there is one, nothing was changed.',
  fields: (t) => ({
    field: t.exposeStringList('field', {
      nullable: true,
      description:
        'Path of the argument at fault, e.g. ["input", "url"]; null where no single one is.',
    }),
    message: t.exposeString('message', {
      description: 'What is wrong and how to correct it, in English, for people.',
    }),
    code: t.expose('code', {
      type: UserErrorCode,
      description: 'The kind of fault, for programs.',
    }),
  }),
});

/** The field `userErrors` of a payload. @param done what holds where there are none: `the webhook was made`. */
export function faultsUnless(done: string): { type: [typeof UserError]; description: string } {
  return { type: [UserError], description: `Every fault of the input; empty where ${done}.` };
}

/** The fault for an id that names nothing the caller may see. */
export function notFound(typename: string, field: string[]): UserFault {
  return { field, message: `There is no ${typename} with this id.`, code: 'NOT_FOUND' };
}
