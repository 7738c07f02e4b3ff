import { describe, expect, it } from 'vitest';

import { type BodyRoom, createBodyRoom, type Place } from '../../server/http/body-room.ts';
import { collectLogs } from '../support/collected-logs.ts';
import { createRandom } from '../support/random.ts';

const KB = 1_024;

function makeRoom({ bytes = 200 * KB, longestWaitMs = 60_000 } = {}) {
  const logs = collectLogs();
  return { logs, room: createBodyRoom({ bytes, what: 'a caller', ...logs, longestWaitMs }) };
}

/** Settles when those who have got room know of it. */
const told = () => new Promise((resolve) => setImmediate(resolve));

/** Those that have a place by now, in the order in which they got it. */
function crowd(room: BodyRoom) {
  const inside: string[] = [];
  const places = new Map<string, Place>();
  return {
    inside,
    enter(name: string, kilobytes: number, owner = name) {
      const entered = room.enter(kilobytes * KB, owner);
      const take = (place: Place | null) => {
        if (place === null) return;
        places.set(name, place);
        inside.push(name);
      };
      if (entered instanceof Promise) void entered.then(take);
      else take(entered);
    },
    async leave(name: string) {
      places.get(name)?.leave();
      inside.splice(inside.indexOf(name), 1);
      await told();
    },
  };
}

describe('room for bodies', () => {
  it('lets small ones in at once, however many, also past those that wait', () => {
    const { room } = makeRoom();
    const { enter, inside } = crowd(room);
    enter('a', 100);
    enter('b', 100);
    enter('waits', 17);
    for (let n = 0; n < 1_000; n += 1) enter(`small ${n}`, 16);
    expect(inside).toHaveLength(1_002);
    expect(inside).not.toContain('waits');
  });

  it('lets larger ones in while they fit, and the others as room comes free, in their order', async () => {
    const { room } = makeRoom();
    const { enter, leave, inside } = crowd(room);
    enter('a', 80);
    enter('b', 80);
    enter('c', 80);
    enter('d', 30);
    expect(inside).toEqual(['a', 'b']);
    await leave('a');
    expect(inside).toEqual(['b', 'c', 'd']);
  });

  it('gives nobody more than half, and keeps nobody behind one who has that', async () => {
    const { room } = makeRoom();
    const { enter, leave, inside } = crowd(room);
    enter('a', 60, 'greedy');
    enter('b', 60, 'greedy');
    enter('c', 60, 'greedy');
    expect(inside).toEqual(['a']);
    enter('d', 40, 'other');
    enter('e', 20, 'third');
    await told();
    expect(inside).toEqual(['a', 'd', 'e']);
    await leave('a');
    expect(inside).toEqual(['d', 'e', 'b']);
  });

  it('lets the largest in by itself', () => {
    const { room } = makeRoom();
    const { enter, inside } = crowd(room);
    enter('all', 900);
    expect(inside).toEqual(['all']);
  });

  it('has nothing to give to whoever has waited too long, and says so once', async () => {
    const { room, logs } = makeRoom({ longestWaitMs: 1 });
    const held = await room.enter(100 * KB, 'a');
    expect(await room.enter(20 * KB, 'a')).toBeNull();
    expect(await room.enter(20 * KB, 'a')).toBeNull();
    expect(logs.lines.map(({ msg }) => msg)).toEqual(['http.no_room']);
    held?.leave();
    // It has left the queue, and took nothing.
    const others = [room.enter(100 * KB, 'b'), room.enter(100 * KB, 'a')];
    expect(others.every((each) => each !== null && !(each instanceof Promise))).toBe(true);
  });

  it('takes a place back once, however often it is left', async () => {
    const { room } = makeRoom();
    const { enter, inside } = crowd(room);
    const place = await room.enter(100 * KB, 'a');
    enter('b', 100);
    place?.leave();
    place?.leave();
    enter('c', 100);
    enter('d', 100);
    expect(inside).toEqual(['b', 'c']);
  });

  it('is never overfull, and lets everybody in at last, whoever comes and goes', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const random = createRandom(seed);
      const { room } = makeRoom();
      const { enter, leave, inside } = crowd(room);
      const sizes = new Map<string, { size: number; owner: string }>();
      const check = () => {
        const of = (owner?: string) =>
          inside
            .map((name) => sizes.get(name))
            .filter((each) => owner === undefined || each?.owner === owner)
            .reduce((sum, each) => sum + (each?.size ?? 0), 0);
        expect(of()).toBeLessThanOrEqual(200);
        for (const owner of ['0', '1', '2']) expect(of(owner)).toBeLessThanOrEqual(100);
      };
      let left = 0;
      for (let step = 0; step < 60; step += 1) {
        const [name, size] = [`${step}`, random.integer(17, 100)];
        const owner = String(random.integer(0, 2));
        sizes.set(name, { size, owner });
        enter(name, size, owner);
        if (random.next() < 0.4 && inside.length > 0) {
          await leave(random.pick(inside));
          left += 1;
        }
        check();
      }
      while (inside.length > 0) {
        await leave(random.pick(inside));
        left += 1;
        check();
      }
      expect(left).toBe(60);
    }
  });
});
