import { inject } from 'vitest';

/** All kinds that the same tests run over; the first alone where only a quick look was asked for. */
export const someOf = <Kind>(kinds: readonly Kind[]): readonly Kind[] =>
  inject('backends') === 'all' ? kinds : kinds.slice(0, 1);
