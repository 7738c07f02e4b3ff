import { describe, expect, it } from 'vitest';

import { isEventTypePattern, patternsOf } from '../../server/domain/event/event-type-pattern.ts';

describe('a pattern', () => {
  it.each(['*', 'order.*', 'order.item.*', 'a-b_C.9.*', `${'a'.repeat(126)}.*`])(
    'is %s',
    (text) => {
      expect(isEventTypePattern(text)).toBe(true);
    },
  );

  it.each([
    '',
    'order',
    '.*',
    'order*',
    'order.',
    '*.created',
    'order.*.created',
    'order.**',
    '**',
    'order .*',
    'order.*\n',
    'order..*',
    `${'a'.repeat(127)}.*`,
  ])('is not %j', (text) => {
    expect(isEventTypePattern(text)).toBe(false);
  });

  it('stands for a type by each of its beginnings', () => {
    expect(patternsOf('ping')).toEqual(['ping', '*']);
    expect(patternsOf('order.item.added')).toEqual([
      'order.item.added',
      'order.*',
      'order.item.*',
      '*',
    ]);
    for (const pattern of patternsOf('order.item.added').slice(1)) {
      expect(isEventTypePattern(pattern)).toBe(true);
    }
  });
});
