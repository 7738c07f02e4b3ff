import { z } from 'zod';

import { seal, unseal, type SealedPlace, type SecretKeys } from '../../domain/sealed-secret.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import { checkHeaders, MAX_HEADER_BYTES, MAX_HEADERS } from '../../domain/webhook-headers.ts';
import { invalid, type Path, sentence, tooLarge } from '../../domain/input-rules.ts';
import { headerOf } from '../secrets/sealed-places.ts';

/** A header as a caller gives it. */
export interface HeaderInput {
  name: string;
  /** Omitted in an update: the value that this name has stays. */
  value?: string | null | undefined;
  /** Left out, or null: stays as this name has it; false where the name is new. */
  isSecret?: boolean | null | undefined;
}

/** A header that a webhook sends, its value readable. Not for callers' eyes where it is secret. */
export type WebhookHeader = z.infer<typeof stored>[number];

const stored = z.array(z.object({ name: z.string(), value: z.string(), isSecret: z.boolean() }));

/** A header as callers may see it. */
export interface ShownHeader {
  name: string;
  /** Null where it is secret. */
  value: string | null;
  isSecret: boolean;
}

/** The column `Webhook.headers` as callers may see it: secret values never leave. */
export function shownHeaders(column: unknown): ShownHeader[] {
  return stored.parse(column).map(({ name, value, isSecret }) => ({
    name,
    value: isSecret ? null : value,
    isSecret,
  }));
}

type ChangeOfValue = (value: string, place: SealedPlace) => string;

/** The column with its secret values changed, as they are sealed there, and all else as it is. */
export function changeSecretHeaders(
  webhookId: string,
  column: unknown,
  change: ChangeOfValue,
): WebhookHeader[] {
  return withSecretValues(webhookId, stored.parse(column), change);
}

function withSecretValues(
  webhookId: string,
  headers: readonly WebhookHeader[],
  change: ChangeOfValue,
): WebhookHeader[] {
  return headers.map((header) =>
    header.isSecret
      ? { ...header, value: change(header.value, headerOf(webhookId, header.name)) }
      : header,
  );
}

/** The column with its secret values unsealed: for sending, and to keep what an update leaves. */
export function readHeaders(
  secretKeys: SecretKeys,
  webhookId: string,
  column: unknown,
): WebhookHeader[] {
  return changeSecretHeaders(webhookId, column, (value, place) =>
    unseal(Buffer.from(value, 'base64'), secretKeys, place),
  );
}

/** For the column: secret values sealed under the webhook's id, in base64. */
export function writeHeaders(
  secretKeys: SecretKeys,
  webhookId: string,
  headers: readonly WebhookHeader[],
): WebhookHeader[] {
  return withSecretValues(webhookId, headers, (value, place) =>
    seal(value, secretKeys, place).toString('base64'),
  );
}

/**
 * The whole new set of headers, made of what the caller gives and of what the webhook has.
 * @param kept what the webhook has; none where it is new.
 */
export function mergeHeaders(
  input: readonly HeaderInput[],
  kept: readonly WebhookHeader[],
  path: Path,
): Outcome<WebhookHeader[]> {
  if (input.length > MAX_HEADERS) {
    const message = `At most ${MAX_HEADERS} headers may be set; these are ${input.length}.`;
    return { faults: [tooLarge(path, message)] };
  }
  const keptByName = new Map(kept.map((header) => [header.name.toLowerCase(), header]));
  const faults: UserFault[] = [];
  const headers = input.map(({ name, value, isSecret }, index): WebhookHeader => {
    const old = keptByName.get(name.toLowerCase());
    const at = [...path, String(index)];
    const secret = isSecret ?? old?.isSecret ?? false;
    if (value === null) {
      faults.push(invalid([...at, 'value'], 'A header’s value cannot be null: give a text.'));
    } else if (value === undefined && old === undefined) {
      faults.push(
        invalid([...at, 'value'], 'A value is needed: the webhook has no header of this name yet.'),
      );
    } else if (value === undefined && old?.isSecret === true && !secret) {
      // Else a secret could be read by declaring it none.
      faults.push(
        invalid(
          [...at, 'value'],
          'Give the value again: one that was secret is not made readable.',
        ),
      );
    }
    return { name, value: value ?? old?.value ?? '', isSecret: secret };
  });
  for (const { index, part, message } of checkHeaders(headers)) {
    const { name = '', value = '' } = headers[index] ?? {};
    const tell = name.length + value.length > MAX_HEADER_BYTES ? tooLarge : invalid;
    faults.push(tell([...path, String(index), part], sentence(message)));
  }
  return faults.length > 0 ? { faults } : { value: headers };
}
