import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { encodeCursor, InvalidCursor } from '../../server/feed/log/cursor.ts';
import { parseSnapshot } from '../../server/feed/log/position.ts';
import { createCursors } from '../../server/feed/log/sealed-cursor.ts';

const key = [randomBytes(32)] as const;
const position = parseSnapshot('815:820:815,817', 1_764_000_000_000);

test('a cursor is opened by every process of an installation', () => {
  const sealed = createCursors(key).seal(position);
  expect(createCursors(key).open(sealed)).toEqual(position);
  const busy = parseSnapshot(`1:9000:${Array.from({ length: 3_000 }, (_, n) => n + 1)}`, 5);
  expect(createCursors(key).open(createCursors(key).seal(busy))).toEqual(busy);
});

test('a cursor outlives a change of the key', () => {
  const next = [randomBytes(32), ...key] as const;
  expect(createCursors(next).open(createCursors(key).seal({ ...position }))).toEqual(position);
  const sealed = createCursors(next).seal({ ...position });
  expect(() => createCursors(key).open(sealed)).toThrow(InvalidCursor);
});

test('a cursor tells nothing of the database', () => {
  const cursors = createCursors(key);
  expect(cursors.seal({ ...position })).not.toBe(cursors.seal({ ...position }));
  expect(Buffer.from(cursors.seal(position), 'base64url').toString('latin1')).not.toMatch(/820/);
  // One change has one, whoever follows.
  expect(cursors.seal(position)).toBe(cursors.seal(position));
});

test('a cursor of a version that did not seal is still one', () => {
  expect(createCursors(key).open(encodeCursor(position))).toEqual(position);
});

test('what is no cursor is refused', () => {
  const cursors = createCursors(key);
  const sealed = cursors.seal(position);
  const changed = Buffer.from(sealed, 'base64url');
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14);
  for (const text of [
    '',
    'nonsense',
    '💥',
    sealed.slice(0, -1),
    `${sealed}AAAA`,
    changed.toString('base64url'),
    createCursors([randomBytes(32)]).seal(position),
    randomBytes(64).toString('base64url'),
    'A'.repeat(1_000_000),
  ]) {
    expect(() => cursors.open(text)).toThrow(InvalidCursor);
  }
});
