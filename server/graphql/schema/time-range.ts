import { builder } from './builder.ts';

export const TimeRange = builder.inputType('TimeRange', {
  description: 'A range of time: from `from` on, up to but without `to`.',
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      description:
        'The first moment within. Omitted: no bound in a filter, 24 hours before `to` in stats.',
    }),
    to: t.field({
      type: 'DateTime',
      description: 'The first moment after. Omitted: no bound in a filter, now in stats.',
    }),
  }),
});
