import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../server/domain/json/canonical-json.ts';
import { composeBody, payloadHash, payloadIn } from '../../server/domain/event/event-body.ts';
import { parseJson } from '../../server/domain/json/json-request.ts';
import { pythonRows } from './python-rows.ts';

const timestamp = new Date('2025-01-01T00:00:00.250Z');

describe('composeBody', () => {
  it('holds the five members that the two kinds of receiver read, and no more', () => {
    const payload = canonicalJson({ user_id: 12345 });
    expect(composeBody({ eventType: 'user.created', eventId: 'usr_1', timestamp, payload })).toBe(
      '{"data":{"user_id":12345},"event_id":"usr_1","event_type":"user.created",' +
        '"timestamp":"2025-01-01T00:00:00.250Z","type":"user.created"}',
    );
  });

  it('is canonical JSON itself, whatever the event id', () => {
    for (const { canonical } of pythonRows) {
      const eventId = canonical.slice(0, 20) + '"😀\ud800\x7f';
      const body = composeBody({ eventType: 'a.b', eventId, timestamp, payload: canonical });
      expect(canonicalJson(parseJson(body).value)).toBe(body);
    }
  });
});

describe('payloadIn', () => {
  it('gives back the payload that the body was made of', () => {
    const confusing = { event_id: '","event_id":"x', data: { event_id: 'é"' } };
    for (const canonical of [
      ...pythonRows.map((row) => row.canonical),
      canonicalJson(confusing),
      canonicalJson(JSON.stringify(confusing)),
    ]) {
      for (const eventId of ['usr_1', 'é"\\', '","event_id":"', canonical.slice(0, 200)]) {
        const parts = { eventType: 'user.created', eventId, timestamp };
        expect(payloadIn(composeBody({ ...parts, payload: canonical }))).toBe(canonical);
      }
    }
  });

  it('throws for anything else', () => {
    for (const body of ['null', '{}', '{"data":1}', '[]']) {
      expect(() => payloadIn(body)).toThrow('not the body of an event');
    }
  });
});

describe('payloadHash', () => {
  it('differs with the type, with the payload, and where the border between them moves', () => {
    const hashes = [
      payloadHash('a', '1'),
      payloadHash('b', '1'),
      payloadHash('a', '2'),
      payloadHash('a"1', ''),
      payloadHash('', 'a1'),
      payloadHash('a1', ''),
    ].map((hash) => hash.toString('hex'));
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(payloadHash('a', '1')).toEqual(payloadHash('a', '1'));
    expect(payloadHash('a', '1')).toHaveLength(32);
  });
});
