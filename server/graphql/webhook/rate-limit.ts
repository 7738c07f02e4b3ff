import { builder } from '../schema/builder.ts';

interface RateLimitOf {
  attempts: number;
  perSeconds: number;
}

export const RateLimit = builder.objectRef<RateLimitOf>('RateLimit').implement({
  description:
    'How many attempts at a webhook may begin in any window of time, over all workers: retries, tests and probes count too. After a rest the whole limit may go at once; then attempts follow each other at even distances.',
  fields: (t) => ({
    attempts: t.exposeInt('attempts', { description: 'The most attempts in any such window.' }),
    perSeconds: t.exposeInt('perSeconds', { description: 'How long the window is, in seconds.' }),
  }),
});

export const RateLimitInput = builder.inputType('RateLimitInput', {
  description: 'The most attempts that may begin in any window of time.',
  fields: (t) => ({
    attempts: t.int({
      required: true,
      description: 'How many: 1 to 100,000.',
    }),
    perSeconds: t.int({
      description: 'In any so many seconds: 1 to 3,600; 1 if omitted.',
    }),
  }),
});
