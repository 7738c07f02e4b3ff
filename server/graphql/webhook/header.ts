import type { ShownHeader } from '../../webhooks/changes/headers.ts';
import { builder } from '../schema/builder.ts';

/** Of requests and responses alike. */
export const Header = builder.objectRef<ShownHeader>('Header').implement({
  description: 'One HTTP header.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'As it was given or came; case makes no difference.',
    }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'Null where it is kept secret.',
    }),
    isSecret: t.exposeBoolean('isSecret', {
      description: 'Whether the value is kept encrypted and shown to no one.',
    }),
  }),
});

export const HeaderInput = builder.inputType('HeaderInput', {
  description:
    'A request header that a webhook sets. Headers that the server sets itself, and those of the connection, are refused.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'An HTTP token; once in a list, whatever the case.',
    }),
    value: t.string({
      description:
        'Printable ASCII; name and value together at most 4 KiB. Omitted in an update: the value that this name has stays.',
    }),
    isSecret: t.boolean({
      description:
        'Kept encrypted and shown to no one, in attempts neither. Omitted: as this name has it, false where it is new. What was secret is made readable only together with a new value.',
    }),
  }),
});
