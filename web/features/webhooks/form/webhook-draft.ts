import type { VariablesOf } from '../../../graphql/graphql.ts';
import { prettyExact, readExact } from '../../../lib/json/exact-numbers.ts';
import { readRateLimit, writeRateLimit, type RateLimit } from '../../../lib/rate-limits.ts';
import { readDelays, writeDelays } from '../../../lib/time/durations.ts';
import type { CreateWebhookMutation, UpdateWebhookMutation } from '../webhook-mutations.ts';

type CreateInput = VariablesOf<typeof CreateWebhookMutation>['input'];
type UpdateInput = VariablesOf<typeof UpdateWebhookMutation>['input'];
type HeaderInput = NonNullable<UpdateInput['headers']>[number];

/** A header as it is being written. */
export interface HeaderDraft {
  /** Tells rows apart while they are typed into; part of no request. */
  readonly key: string;
  readonly name: string;
  /** Empty for a secret that is kept. */
  readonly value: string;
  readonly isSecret: boolean;
  /** The name under which the webhook has it as a secret; null where it has no such. */
  readonly keptAs: string | null;
}

/** A webhook as the form holds it: all that is typed is text. */
export interface WebhookDraft {
  readonly name: string;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[];
  readonly headers: readonly HeaderDraft[];
  /** Seconds; empty for the installation's default. */
  readonly timeout: string;
  /** The waits between attempts, as `readDelays` reads them; empty for the installation's schedule. */
  readonly retryPolicy: string;
  /** As `readRateLimit` reads it; empty for none. */
  readonly rateLimit: string;
  /** Whether events with the same orderingKey go out one after the other. */
  readonly keepsOrder: boolean;
  readonly isActive: boolean;
  /** A customer's key, given when it is made; null: the platform's own. */
  readonly customer: string | null;
  /** JSON text; blank for none. */
  readonly filter: string;
}

export const EMPTY_DRAFT: WebhookDraft = {
  name: '',
  url: '',
  description: '',
  eventTypes: [],
  headers: [],
  timeout: '',
  retryPolicy: '',
  rateLimit: '',
  keepsOrder: false,
  isActive: true,
  customer: null,
  filter: '',
};

/** What the form needs to know of a webhook that is there. */
export interface KnownWebhook {
  readonly name: string;
  readonly url: string;
  readonly description: string | null;
  readonly subscriptions: readonly { readonly pattern: string }[];
  readonly headers: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly isSecret: boolean;
  }[];
  readonly timeout: number;
  readonly retryPolicy: { readonly delays: readonly number[] } | null;
  readonly rateLimit: RateLimit | null;
  readonly ordering: 'NONE' | 'KEY';
  readonly isActive: boolean;
  readonly customer: { readonly key: string } | null;
  readonly filter: unknown;
}

/**
 * The form of a webhook as it is.
 * @param defaultTimeout seconds. The API does not distinguish a timeout that is the default from one that
 * was set to the same: both are shown as the default, and stay as they are while left alone.
 */
export function draftOf(webhook: KnownWebhook, defaultTimeout: number): WebhookDraft {
  return {
    name: webhook.name,
    url: webhook.url,
    description: webhook.description ?? '',
    eventTypes: webhook.subscriptions.map(({ pattern }) => pattern),
    headers: webhook.headers.map(({ name, value, isSecret }, index) => ({
      key: `kept-${index}`,
      name,
      value: value ?? '',
      isSecret,
      keptAs: isSecret ? name : null,
    })),
    timeout: webhook.timeout === defaultTimeout ? '' : String(webhook.timeout),
    retryPolicy: webhook.retryPolicy === null ? '' : writeDelays(webhook.retryPolicy.delays),
    rateLimit: webhook.rateLimit === null ? '' : writeRateLimit(webhook.rateLimit),
    keepsOrder: webhook.ordering === 'KEY',
    isActive: webhook.isActive,
    customer: webhook.customer?.key ?? null,
    filter: webhook.filter === null ? '' : prettyExact(webhook.filter),
  };
}

/** Whether the webhook's secret value of this name stays while none is typed. */
export function keepsSecret({ name, value, keptAs }: HeaderDraft): boolean {
  return value === '' && keptAs !== null && name.trim().toLowerCase() === keptAs.toLowerCase();
}

/** The rows that are sent: one left blank is none. In their order, which faults name. */
export function filledHeaders(draft: WebhookDraft): readonly HeaderDraft[] {
  return draft.headers.filter(
    ({ name, value, keptAs }) => name.trim() !== '' || value !== '' || keptAs !== null,
  );
}

/** Seconds; null for the default; undefined where it is no whole number from 1 to 120. */
export function timeoutOf({ timeout }: WebhookDraft): number | null | undefined {
  const text = timeout.trim();
  if (text === '') return null;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= 120 ? seconds : undefined;
}

/** What makes the webhook of this draft. */
export function createInputOf(draft: WebhookDraft): CreateInput {
  const description = draft.description.trim();
  const headers = headerInputs(draft);
  const timeout = timeoutOf(draft) ?? null;
  const delays = readDelays(draft.retryPolicy) ?? null;
  const rateLimit = readRateLimit(draft.rateLimit) ?? null;
  return {
    name: draft.name.trim(),
    url: draft.url.trim(),
    eventTypes: [...draft.eventTypes],
    ...(description === '' ? {} : { description }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(timeout === null ? {} : { timeout }),
    ...(delays === null ? {} : { retryPolicy: { delays } }),
    ...(rateLimit === null ? {} : { rateLimit }),
    ...(draft.keepsOrder ? { ordering: 'KEY' as const } : {}),
    ...(draft.isActive ? {} : { isActive: false }),
    ...(draft.customer === null ? {} : { customer: draft.customer }),
    ...(draft.filter.trim() === '' ? {} : { filter: readExact(draft.filter) }),
  };
}

/** What changes the webhook from one draft to the other: that alone. Null where nothing has changed. */
export function updateInputOf(
  id: string,
  from: WebhookDraft,
  to: WebhookDraft,
): UpdateInput | null {
  const changes: Omit<UpdateInput, 'id'> = {
    ...(to.name === from.name ? {} : { name: to.name.trim() }),
    ...(to.url.trim() === from.url ? {} : { url: to.url.trim() }),
    ...(to.description === from.description ? {} : { description: to.description.trim() || null }),
    ...(isSameSet(to.eventTypes, from.eventTypes) ? {} : { eventTypes: [...to.eventTypes] }),
    ...(isSameList(headerInputs(to), headerInputs(from)) ? {} : { headers: headerInputs(to) }),
    ...(timeoutOf(to) === timeoutOf(from) ? {} : { timeout: timeoutOf(to) ?? null }),
    ...(sameDelays(to, from) ? {} : { retryPolicy: policyOf(to) }),
    ...(sameRate(to, from) ? {} : { rateLimit: readRateLimit(to.rateLimit) ?? null }),
    ...(to.keepsOrder === from.keepsOrder ? {} : { ordering: to.keepsOrder ? 'KEY' : 'NONE' }),
    ...(to.isActive === from.isActive ? {} : { isActive: to.isActive }),
    ...(to.filter.trim() === from.filter.trim() ? {} : { filter: readExact(to.filter) ?? null }),
  };
  return Object.keys(changes).length === 0 ? null : { id, ...changes };
}

function policyOf({ retryPolicy }: WebhookDraft) {
  const delays = readDelays(retryPolicy) ?? null;
  return delays && { delays };
}

function sameDelays(a: WebhookDraft, b: WebhookDraft): boolean {
  return JSON.stringify(policyOf(a)) === JSON.stringify(policyOf(b));
}

function sameRate(a: WebhookDraft, b: WebhookDraft): boolean {
  return JSON.stringify(readRateLimit(a.rateLimit)) === JSON.stringify(readRateLimit(b.rateLimit));
}

/** Whether anything was typed that would be lost. */
export function isChanged(from: WebhookDraft, to: WebhookDraft): boolean {
  return (
    to.timeout.trim() !== from.timeout ||
    to.retryPolicy.trim() !== from.retryPolicy ||
    to.rateLimit.trim() !== from.rateLimit ||
    updateInputOf('', from, to) !== null
  );
}

function headerInputs(draft: WebhookDraft): HeaderInput[] {
  return filledHeaders(draft).map((header) => ({
    name: header.name.trim(),
    ...(keepsSecret(header) ? {} : { value: header.value }),
    isSecret: header.isSecret,
  }));
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}

function isSameList(a: readonly HeaderInput[], b: readonly HeaderInput[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
