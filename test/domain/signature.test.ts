import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';

import { canonicalJson, MAX_DEPTH } from '../../server/domain/json/canonical-json.ts';
import { composeBody } from '../../server/domain/event/event-body.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { parseJson } from '../../server/domain/json/json-request.ts';
import {
  briefSignature,
  generateSecret,
  prepareSecret,
  secretHint,
  standardSignature,
} from '../../server/domain/delivery/signature.ts';
import { pythonRows } from './python-rows.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

function bodyOf(payload: unknown): string {
  return composeBody({
    eventType: 'user.created',
    eventId: newId(),
    timestamp: new Date(),
    payload: canonicalJson(payload),
  });
}

/** By their bits, so that every magnitude comes. */
function randomDoubles(count: number): number[] {
  const doubles = new Float64Array(count);
  crypto.getRandomValues(new BigUint64Array(doubles.buffer));
  return Array.from(doubles).filter(Number.isFinite);
}

const deepest = '['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH);
const bodies = [
  ...pythonRows.map(({ payload }) => bodyOf(parseJson(payload).value)),
  bodyOf(parseJson(deepest).value),
  bodyOf(randomDoubles(2_000)),
];

describe('briefSignature', () => {
  it('is the HMAC-SHA256 of the body under the bytes of the whole secret', () => {
    // Made with: printf '{"a":1}' | openssl dgst -sha256 -hmac whsec_dGVzdA==
    expect(briefSignature('whsec_dGVzdA==', '{"a":1}')).toBe(
      'sha256=76b6330d4d857f504b19f87046c37f3165bda8ca3d40a56288df025511c7e0f8',
    );
  });

  it.runIf(hasPython)("is taken by the brief's receiver for every awkward payload", () => {
    const requests = bodies.map((body) => {
      const secret = generateSecret();
      return { body, secret, signature: briefSignature(prepareSecret(secret), body) };
    });
    const wrong = { ...requests[0], signature: `sha256=${'0'.repeat(64)}` };
    const receiver = fileURLToPath(new URL('brief_receiver.py', import.meta.url));
    const input = JSON.stringify([...requests, wrong]);
    const { stdout, stderr } = spawnSync('python3', [receiver], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([requests.length]);
  });
});

describe('standardSignature', () => {
  const libraries = [
    ['standardwebhooks', (secret: string) => new StandardWebhook(secret)],
    ['svix', (secret: string) => new SvixWebhook(secret)],
  ] as const;

  it.each(libraries)('is taken by %s for every awkward payload', (_, open) => {
    const secret = generateSecret();
    const receiver = open(secret);
    const secrets = [prepareSecret(secret)];
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    for (const body of bodies) {
      const id = newId();
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': standardSignature({ secrets, id, timestampSeconds, body }),
      };
      expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature');
    }
  });

  it('signs with each secret, the current one first', () => {
    const [current, old] = [generateSecret(), generateSecret()];
    const message = { id: newId(), timestampSeconds: Math.floor(Date.now() / 1_000), body: '{}' };
    const signature = standardSignature({ ...message, secrets: [current, prepareSecret(old)] });
    expect(signature).toBe(
      `${standardSignature({ ...message, secrets: [current] })} ${standardSignature({ ...message, secrets: [old] })}`,
    );
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.timestampSeconds),
      'webhook-signature': signature,
    };
    for (const secret of [current, old]) {
      expect(new StandardWebhook(secret).verify('{}', headers)).toEqual({});
    }
  });
});

describe('generateSecret', () => {
  it('is whsec_ and the base64 of 32 bytes, another each time', () => {
    const secret = generateSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(generateSecret()).not.toBe(secret);
  });

  it('has a hint that tells little of it', () => {
    const secret = generateSecret();
    expect(secret.startsWith(secretHint(secret))).toBe(true);
    expect(secretHint(secret)).toHaveLength('whsec_'.length + 4);
  });
});
