import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../server/domain/json/canonical-json.ts';
import { parseJson } from '../../server/domain/json/json-request.ts';
import { withExactNumbers } from '../../web/graphql/connection/exact-fetch.ts';
import { parseExact, prettyExact, unmarkNumbers } from '../../web/lib/json/exact-numbers.ts';
import { pythonRows } from '../domain/python-rows.ts';

describe('numbers in the app', () => {
  it('are written again as they were read', () => {
    for (const { payload, canonical } of pythonRows) {
      const again = unmarkNumbers(JSON.stringify(parseExact(payload)));
      expect(canonicalJson(parseJson(again).value)).toBe(canonical);
    }
    const text = '{"a":[1.0,9007199254740993,1e2,-0,20.00,1.5,7],"b":"1.0 \\" 1e2 -0"}';
    expect(unmarkNumbers(JSON.stringify(parseExact(text)))).toBe(text);
    expect(prettyExact(parseExact('[1.0,2]'))).toBe('[\n  1.0,\n  2\n]');
    expect(parseExact('[1,2.5,"1.0"]')).toEqual([1, 2.5, '1.0']);
    expect(() => parseExact('[1.0')).toThrow(SyntaxError);
  });

  it('go out and come in as they are written', async () => {
    const sent: unknown[] = [];
    const send = withExactNumbers((_input, init) => {
      sent.push(init?.body);
      return Promise.resolve(
        new Response('{"data":{"payload":[9007199254740993,1.0]}}', { status: 201 }),
      );
    });
    const body = JSON.stringify({ variables: { payload: parseExact('{"n":1.0}') } });
    const response = await send('/graphql', { method: 'POST', body });
    expect(sent).toEqual(['{"variables":{"payload":{"n":1.0}}}']);
    expect(response.status).toBe(201);
    const { data } = (await response.json()) as { data: { payload: unknown } };
    expect(unmarkNumbers(JSON.stringify(data.payload))).toBe('[9007199254740993,1.0]');
  });
});
