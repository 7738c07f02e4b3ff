import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

/** SHOULDs that are not followed, each with its reason. */
const EXCUSED: Record<string, string> = {};

describe('GraphQL over HTTP', () => {
  it('passes the audit of graphql-http', async () => {
    const results = await auditServer({ url: `${api.address}/graphql` });
    const failed = results.flatMap((result) =>
      result.status === 'ok' || result.id in EXCUSED
        ? []
        : [`${result.id} ${result.name}: ${result.reason}`],
    );
    expect(failed).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });
});
