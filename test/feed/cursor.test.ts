import { expect, test } from 'vitest';
import {
  assertFollowable,
  decodeCursor,
  encodeCursor,
  ExpiredCursor,
  InvalidCursor,
} from '../../server/feed/log/cursor.ts';
import {
  cutBefore,
  includes,
  lowestMissing,
  parseSnapshot,
} from '../../server/feed/log/position.ts';

const HOUR = 3_600_000;
const position = parseSnapshot('815:820:815,817', 1_900_000_000_000);

test('a snapshot includes what had ended when it was taken', () => {
  expect([814n, 815n, 816n, 817n, 819n, 820n].filter((xid) => includes(position, xid))).toEqual([
    814n,
    816n,
    819n,
  ]);
  expect(lowestMissing(position)).toBe(815n);
  expect(lowestMissing(parseSnapshot('820:820:', 0))).toBe(820n);
});

test('a snapshot cut before a transaction includes none from it on', () => {
  const cut = cutBefore(position, 817n);
  expect([814n, 815n, 816n, 817n, 819n].filter((xid) => includes(cut, xid))).toEqual([814n, 816n]);
});

test('a cursor is read back as it was written', () => {
  expect(decodeCursor(encodeCursor(position))).toEqual(position);
  const idle = parseSnapshot('820:820:', 5);
  expect(decodeCursor(encodeCursor(idle))).toEqual(idle);
});

test.each([
  '',
  'cursor',
  '💥',
  encodeCursor(position).slice(0, -3),
  Buffer.from('1.a.9999999999999999999..').toString('base64url'),
  Buffer.from('1.a.820.3,5.').toString('base64url'),
  Buffer.from('1.a.820.0.').toString('base64url'),
  Buffer.from('1.a.3.5.').toString('base64url'),
])('what is no cursor is refused: %j', (text) => {
  expect(() => decodeCursor(text)).toThrow(InvalidCursor);
});

test('a cursor of any length is refused quickly', () => {
  expect(() => decodeCursor('A'.repeat(1_000_000))).toThrow(InvalidCursor);
});

test('a cursor is good for 24 hours, and on the database that gave it', () => {
  const later = (ms: number) => ({ ...position, takenAt: position.takenAt + ms });
  expect(() => assertFollowable(position, later(24 * HOUR))).not.toThrow();
  expect(() => assertFollowable(position, later(24 * HOUR + 1))).toThrow(ExpiredCursor);
  expect(() => assertFollowable(position, parseSnapshot('700:700:', position.takenAt))).toThrow(
    ExpiredCursor,
  );
});
