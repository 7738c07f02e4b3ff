import { expect, test } from 'vitest';

import { bytesInWords, modeInWords } from '../../web/features/settings/installation-words.ts';

test('sizes', () => {
  expect(bytesInWords(262_144)).toBe('256 KiB');
  expect(bytesInWords(512)).toBe('512 bytes');
  expect(bytesInWords(1_572_864)).toBe('1.5 MiB');
});

test('a mode that is not known yet stands for itself', () => {
  expect(modeInWords('served')).toBe('Served: PostgreSQL and Redis');
  expect(modeInWords('clustered')).toBe('clustered');
});
