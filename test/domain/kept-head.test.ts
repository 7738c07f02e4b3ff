import { describe, expect, it } from 'vitest';

import { keptHead, readKeptHead } from '../../server/domain/delivery/kept-head.ts';

const plain = (name: string, value: string) => ({ name, value, isSecret: false });

describe('a head that is kept', () => {
  it('has a line for each header, in its order and case', () => {
    const fields = [...['Host', 'a.example:81'], ...['x-b', ''], ...['set-cookie', 'a=1; b: 2']];
    const text = keptHead([...fields, ...['set-cookie', 'é ünï']]);
    expect(text).toBe('Host:a.example:81\nx-b:\nset-cookie:a=1; b: 2\nset-cookie:é ünï');
    expect(readKeptHead(text)).toEqual([
      plain('Host', 'a.example:81'),
      plain('x-b', ''),
      plain('set-cookie', 'a=1; b: 2'),
      plain('set-cookie', 'é ünï'),
    ]);
  });

  it('has no value of a secret one', () => {
    const text = keptHead(['X-Key', 'hidden', 'x-key', 'seen'], new Set(['X-Key']));
    expect(text).toBe('X-Key\nx-key:seen');
    expect(readKeptHead(text)).toEqual([
      { name: 'X-Key', value: null, isSecret: true },
      plain('x-key', 'seen'),
    ]);
  });

  it('is empty where nothing came', () => {
    expect(keptHead([])).toBe('');
    expect(readKeptHead('')).toEqual([]);
  });
});
