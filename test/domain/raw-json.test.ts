import { describe, expect, it } from 'vitest';

import { RawJson, restoreRawJson } from '../../server/domain/json/raw-json.ts';
import { pythonRows } from './python-rows.ts';

const written = (value: unknown) => restoreRawJson(JSON.stringify(value));

describe('raw JSON', () => {
  it('stands in an answer as it is written', () => {
    for (const { canonical } of pythonRows) {
      const raw = new RawJson(canonical);
      expect(written(raw)).toBe(canonical);
      expect(written({ a: 'x"\\', b: [raw, 1, raw], c: { raw } })).toBe(
        `{"a":"x\\"\\\\","b":[${canonical},1,${canonical}],"c":{"raw":${canonical}}}`,
      );
    }
  });

  it('leaves everything else alone', () => {
    const value = { a: 'raw-json:', b: '"raw-json:0:1.0"', c: ['é', null, 1.5] };
    expect(written(value)).toBe(JSON.stringify(value));
  });

  it('takes time in proportion to its length', () => {
    const raw = new RawJson(JSON.stringify('"\\'.repeat(500_000)));
    expect(written([raw, raw])).toBe(`[${raw.text},${raw.text}]`);
  });
});
