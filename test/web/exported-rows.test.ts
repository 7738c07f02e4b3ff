import { describe, expect, it } from 'vitest';

import { writeRows } from '../../web/features/deliveries/export/exported-rows.ts';
import type { DeliveryRow } from '../../web/live/delivery-row.ts';

const ROW: DeliveryRow = {
  __typename: 'Delivery',
  id: 'dlv_1',
  version: 3,
  status: 'FAILED',
  createdAt: '2026-11-29T10:00:00.000Z',
  updatedAt: '2026-11-29T10:00:01.000Z',
  completedAt: '2026-11-29T10:00:01.000Z',
  nextAttemptAt: null,
  attemptCount: 3,
  maxAttempts: 3,
  failureReason: 'ATTEMPTS_EXHAUSTED',
  isTest: false,
  webhook: { id: 'wh_1', name: 'Invoices, "new"', url: 'https://example.com/hook' },
  event: { id: 'evt_1', eventId: 'line\nbreak', type: 'user.created' },
  lastAttempt: {
    id: 'att_1',
    number: 3,
    startedAt: '2026-11-29T10:00:00.900Z',
    durationMs: 12.5,
    responseStatusCode: 503,
    errorCode: 'HTTP_STATUS',
    errorMessage: 'answered 503',
  },
};

const fieldsOf = (row: DeliveryRow) => writeRows([row], 'CSV').split('\r\n')[1] ?? '';

describe('what is exported', () => {
  it('is CSV with a heading, quoted where it has to be', () => {
    expect(writeRows([ROW], 'CSV')).toBe(
      'id,status,failureReason,eventType,eventId,webhookId,webhookName,webhookUrl,attemptCount,maxAttempts,' +
        'responseStatusCode,errorCode,errorMessage,durationMs,isTest,createdAt,completedAt,nextAttemptAt\r\n' +
        'dlv_1,FAILED,ATTEMPTS_EXHAUSTED,user.created,"line\nbreak",wh_1,"Invoices, ""new""",https://example.com/hook,3,3,' +
        '503,HTTP_STATUS,answered 503,12.5,false,2026-11-29T10:00:00.000Z,2026-11-29T10:00:01.000Z,\r\n',
    );
    expect(writeRows([], 'CSV')).toMatch(/^id,status.*\r\n$/);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])(
    'is no formula where it is opened: %j',
    (name) => {
      const webhook = { ...ROW.webhook, name };
      expect(fieldsOf({ ...ROW, webhook })).toContain(`,'${name},`);
    },
  );

  it('is one object a line, with the same names', () => {
    const [line = '', ...none] = writeRows([{ ...ROW, lastAttempt: null }], 'NDJSON').split('\n');
    expect(none).toEqual(['']);
    expect(JSON.parse(line)).toEqual({
      ...{ id: 'dlv_1', status: 'FAILED', failureReason: 'ATTEMPTS_EXHAUSTED' },
      ...{ eventType: 'user.created', eventId: 'line\nbreak', webhookId: 'wh_1' },
      ...{ webhookName: 'Invoices, "new"', webhookUrl: 'https://example.com/hook' },
      ...{ attemptCount: 3, maxAttempts: 3, responseStatusCode: null, errorCode: null },
      ...{ errorMessage: null, durationMs: null, isTest: false },
      ...{ createdAt: ROW.createdAt, completedAt: ROW.completedAt, nextAttemptAt: null },
    });
  });
});
