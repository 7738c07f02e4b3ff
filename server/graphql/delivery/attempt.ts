import { z } from 'zod';

import { findAttempts, type AttemptKey, type AttemptRow } from '../../deliveries/attempts.ts';
import type { AttemptErrorCode as ErrorCode } from '../../domain/delivery/delivery-states.ts';
import { readKeptHead, type KeptHeader } from '../../domain/delivery/kept-head.ts';
import { isUuid } from '../../domain/identifiers.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { Header } from '../webhook/header.ts';
import { listLength } from '../limits/list-length.ts';
import { loadersOf } from '../reading/loaders.ts';

const AttemptErrorCode = builder.enumType('AttemptErrorCode', {
  description: 'Why an attempt failed.',
  values: {
    HTTP_STATUS: {
      description: 'Any status that is not 2xx, redirects among them: none is followed.',
    },
    TIMEOUT: {
      description:
        "The attempt took longer than the webhook's timeout, from connecting to the last byte.",
    },
    DNS: { description: 'The host name did not resolve.' },
    CONNECTION: { description: 'No connection came about, or it broke.' },
    TLS: { description: 'The certificate, or the TLS handshake, was not acceptable.' },
    BLOCKED_ADDRESS: {
      description: 'The host is, or resolves to, an address that deliveries may not reach.',
    },
    INVALID_RESPONSE: { description: 'What came back was not HTTP.' },
  } satisfies Record<ErrorCode, { description: string }>,
});

export const DeliveryAttempt = builder.objectRef<AttemptRow>('DeliveryAttempt');

/** An attempt has no id of its own: its delivery's and its number make one. */
function readKey(id: string): AttemptKey | null {
  const [, deliveryId, number] = /^(.{36}):([1-9]\d{0,8})$/.exec(id) ?? [];
  if (deliveryId === undefined || !isUuid(deliveryId)) return null;
  return { deliveryId, number: Number(number) };
}

/** How headers were kept before heads were. */
const formerHeaders = z.array(
  z.object({ name: z.string(), value: z.string().nullable(), isSecret: z.boolean() }),
);

async function headersOf(
  attempt: AttemptRow,
  which: 'requestHead' | 'responseHead',
  context: GraphQLContext,
): Promise<KeptHeader[]> {
  const text = await loadersOf(context).attemptText[which](attempt);
  // Of many that come at once, those that would be thrown away need not be read.
  context.budget?.take(0);
  if (text === null) return [];
  return text.startsWith('[') ? formerHeaders.parse(JSON.parse(text)) : readKeptHead(text);
}

builder.node(DeliveryAttempt, {
  description: 'One request to the webhook, and what came back.',
  id: { resolve: ({ deliveryId, number }) => `${deliveryId}:${number}` },
  async loadManyWithoutCache(ids, context) {
    const keys = ids.map(readKey);
    const found = await findAttempts(
      context.services.pool,
      callerOf(context).tenantId,
      keys.filter((key) => key !== null),
    );
    return keys.map((key) => (key === null ? null : (found.shift() ?? null)));
  },
  fields: (t) => ({
    number: t.exposeInt('number', {
      description: "1 for the delivery's first; goes on counting over retries by hand.",
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', {
      description: "Milliseconds from connecting to the response's last byte, or to the failure.",
    }),
    requestHeaders: t.field({
      type: [Header],
      extensions: listLength(10),
      description:
        'The headers that were sent, all of them, in their order and case; the values of secret ones are not kept.',
      resolve: (attempt, _args, context) => headersOf(attempt, 'requestHead', context),
    }),
    responseStatusCode: t.exposeInt('responseStatusCode', {
      nullable: true,
      description: 'The HTTP status; null where no response came.',
    }),
    responseHeaders: t.field({
      type: [Header],
      extensions: listLength(8),
      description: 'The headers that came back; empty where no response came.',
      resolve: (attempt, _args, context) => headersOf(attempt, 'responseHead', context),
    }),
    responseBody: t.string({
      nullable: true,
      description:
        'At most 16 KiB of the response, as text: what is no UTF-8, and NUL, as U+FFFD. Null where no response came.',
      resolve: (attempt, _args, context) => loadersOf(context).attemptText.responseBody(attempt),
    }),
    responseBodyTruncated: t.exposeBoolean('responseBodyTruncated', {
      description: 'Whether the response was longer than what is kept of it.',
    }),
    errorCode: t.expose('errorCode', {
      type: AttemptErrorCode,
      nullable: true,
      description: 'Why it failed, for programs; null where it succeeded.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why it failed, for people; null where it succeeded.',
    }),
  }),
});
