import { expect, test } from 'vitest';
import { createReader } from '../../server/feed/reader.ts';
import { parseSnapshot } from '../../server/feed/log/position.ts';
import { madeChange } from '../support/database/made-changes.ts';

const positions = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => parseSnapshot(`${n}:${n}:`, 0));
const [early, , late] = positions;
if (!early || !late) throw new Error('no positions');

const changeOf = (id: string, version: number) => madeChange({ version, delivery: { id } });

function open(limit: number) {
  return createReader({ filter: {}, limit, patienceMs: 1_000, onSlow: () => {} });
}

test('past half of the buffer a later state takes the place of the earlier, under its older cursor', async () => {
  const reader = open(4);
  for (const id of ['a', 'b', 'c']) reader.receive([changeOf(id, 1)], early);
  reader.receive([changeOf('a', 2)], late);
  reader.receive([changeOf('d', 1)], late);
  reader.receive([changeOf('a', 3)], late);

  expect(await reader.take()).toMatchObject({
    kind: 'changes',
    fittings: [
      { change: { delivery: { id: 'a' }, version: 3 }, position: early },
      { change: { delivery: { id: 'b' }, version: 1 }, position: early },
      { change: { delivery: { id: 'c' }, version: 1 }, position: early },
      { change: { delivery: { id: 'd' }, version: 1 }, position: late },
    ],
  });
});

test('below half of it each state is kept', async () => {
  const reader = open(10);
  for (const version of [1, 2, 3]) reader.receive([changeOf('a', version)], early);
  expect(await reader.take()).toMatchObject({
    fittings: [{ change: { version: 1 } }, { change: { version: 2 } }, { change: { version: 3 } }],
  });
});

test('a full buffer sends the reader to the log, from its oldest change on', async () => {
  const reader = open(2);
  expect(reader.receive([madeChange()], early)).toBe(true);
  expect(reader.receive([madeChange()], late)).toBe(true);
  expect(reader.receive([madeChange()], late)).toBe(false);
  expect(await reader.take()).toEqual({ kind: 'behind', from: early });
});

test('it tells when it keeps up again', async () => {
  const reader = open(4);
  for (let count = 0; count < 3; count += 1) reader.receive([madeChange()], early);
  const caughtUp = reader.keepsUp();
  expect(caughtUp).not.toBeNull();
  await reader.take();
  await caughtUp;
  expect(reader.keepsUp()).toBeNull();
});

test('one that waits is handed what comes in one go, together', async () => {
  const reader = open(10);
  const taken = reader.take();
  reader.receive(
    [1, 2, 3].map((version) => changeOf('a', version)),
    early,
  );
  expect(await taken).toMatchObject({ kind: 'changes', fittings: { length: 3 } });
});
