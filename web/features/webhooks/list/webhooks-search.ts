import { cursorSearchOf, type CursorSearch } from '../../../lib/cursor-page.ts';
import { choiceOf, textOf } from '../../../lib/search-text.ts';

/** What the list can be narrowed to. */
const WEBHOOK_STATES = ['on', 'off', 'held', 'attention'] as const;
export type WebhookStateName = (typeof WEBHOOK_STATES)[number];

/** The list of webhooks as its address has it: what is looked for, and which page. */
export interface WebhooksSearch extends CursorSearch {
  /** Part of the name, description or URL. */
  search?: string;
  state?: WebhookStateName;
  /** An event type. */
  type?: string;
  /** A customer's key. */
  customer?: string;
}

/** Back to the first page: another filter's list has other pages. */
export const NO_PAGE = { after: undefined, before: undefined };

/** Reads it from an address; what makes no sense is left out. */
export function webhooksSearchOf(parameters: Record<string, unknown>): WebhooksSearch {
  const search = textOf(parameters['search']);
  const state = choiceOf(parameters['state'], WEBHOOK_STATES);
  const type = textOf(parameters['type']);
  const customer = textOf(parameters['customer']);
  return {
    ...(search === undefined ? {} : { search }),
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(customer === undefined ? {} : { customer }),
    ...cursorSearchOf(parameters),
  };
}

/** The new webhook's address: the customer whose it is to be. */
export interface NewWebhookSearch {
  customer?: string;
}

export function newWebhookSearchOf(parameters: Record<string, unknown>): NewWebhookSearch {
  const customer = textOf(parameters['customer']);
  return customer === undefined ? {} : { customer };
}
