/** Numbers that look random and are the same in each run (mulberry32): a failure can be seen again. */
export interface Random {
  /** 0 up to but without 1. */
  next(): number;
  /** A whole number from `min` up to but without `max`. */
  integer(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min));
  return {
    next,
    integer,
    pick(list) {
      for (const item of list.slice(integer(0, list.length))) return item;
      throw new Error('nothing to pick from');
    },
  };
}
