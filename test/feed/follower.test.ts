import { expect, test } from 'vitest';
import { createFollower } from '../../server/feed/follower.ts';
import { parseSnapshot } from '../../server/feed/position.ts';
import { madeChange } from '../support/made-changes.ts';

const positions = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => parseSnapshot(`${n}:${n}:`, 0));
const [early, , late] = positions;
if (!early || !late) throw new Error('no positions');

function open(limit: number) {
  return createFollower({ filter: {}, limit, patienceMs: 1_000, onSlow: () => {} });
}

test('past half of the buffer a later state takes the place of the earlier, under its older cursor', async () => {
  const follower = open(4);
  for (const deliveryId of ['a', 'b', 'c']) {
    follower.receive(madeChange({ deliveryId, version: 1, status: 'PENDING' }), early);
  }
  follower.receive(madeChange({ deliveryId: 'a', version: 2, status: 'SENDING' }), late);
  follower.receive(madeChange({ deliveryId: 'd', version: 1 }), late);
  follower.receive(madeChange({ deliveryId: 'a', version: 3, status: 'SUCCESS' }), late);

  const taken = [];
  for (let count = 0; count < 4; count += 1) taken.push(await follower.take());
  expect(taken).toMatchObject([
    { fitting: { change: { deliveryId: 'a', version: 3 }, position: early } },
    { fitting: { change: { deliveryId: 'b', version: 1 }, position: early } },
    { fitting: { change: { deliveryId: 'c', version: 1 }, position: early } },
    { fitting: { change: { deliveryId: 'd', version: 1 }, position: late } },
  ]);
});

test('below half of it each state is kept', async () => {
  const follower = open(10);
  for (const version of [1, 2, 3]) {
    follower.receive(madeChange({ deliveryId: 'a', version }), early);
  }
  expect(await follower.take()).toMatchObject({ fitting: { change: { version: 1 } } });
  expect(await follower.take()).toMatchObject({ fitting: { change: { version: 2 } } });
});

test('a full buffer sends the reader to the log, from its oldest change on', async () => {
  const follower = open(2);
  expect(follower.receive(madeChange(), early)).toBe(true);
  expect(follower.receive(madeChange(), late)).toBe(true);
  expect(follower.receive(madeChange(), late)).toBe(false);
  expect(await follower.take()).toEqual({ kind: 'behind', from: early });
});

test('it tells when it keeps up again', async () => {
  const follower = open(4);
  for (let count = 0; count < 3; count += 1) follower.receive(madeChange(), early);
  const caughtUp = follower.keepsUp();
  expect(caughtUp).not.toBeNull();
  await follower.take();
  await caughtUp;
  expect(follower.keepsUp()).toBeNull();
});
