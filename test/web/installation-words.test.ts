import { expect, test } from 'vitest';

import {
  bytesInWords,
  delaysInWords,
  modeInWords,
} from '../../web/features/settings/installation-words.ts';

test('the waits between attempts, each in the unit in which it is short', () => {
  expect(delaysInWords([60, 120, 240, 480])).toBe('60 s, 2 min, 4 min, 8 min');
  expect(delaysInWords([0.25, 90, 5_400, 10_800])).toBe('0.3 s, 90 s, 90 min, 3 h');
  expect(delaysInWords([])).toBe('None: there is one attempt');
});

test('sizes', () => {
  expect(bytesInWords(262_144)).toBe('256 KiB');
  expect(bytesInWords(512)).toBe('512 bytes');
  expect(bytesInWords(1_572_864)).toBe('1.5 MiB');
});

test('a mode that is not known yet stands for itself', () => {
  expect(modeInWords('served')).toBe('Served: PostgreSQL and Redis');
  expect(modeInWords('clustered')).toBe('clustered');
});
