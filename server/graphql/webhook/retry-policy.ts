import { builder } from '../schema/builder.ts';

export const RetryPolicy = builder.objectRef<{ delays: number[] }>('RetryPolicy').implement({
  description: 'A webhook’s own schedule of retries, in place of the installation’s.',
  fields: (t) => ({
    delays: t.exposeFloatList('delays', {
      description:
        'Seconds before the second, third … attempt, counted from the end of the failed one. There is one attempt more than delays; Retry-After may lengthen a wait.',
    }),
  }),
});

export const RetryPolicyInput = builder.inputType('RetryPolicyInput', {
  description: 'A schedule of retries. It holds from the next failure on.',
  fields: (t) => ({
    delays: t.floatList({
      required: true,
      description:
        'Seconds before the second, third … attempt: 0 to 19 of them, each from 0 to 604800 (7 days). None: one attempt, and no retry.',
    }),
  }),
});
