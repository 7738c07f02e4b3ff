/**
 * Search parameters as people read them: `?status=FAILED,RETRYING&range=24h`. Every value is text;
 * what a route takes them for is its own affair.
 */
export type SearchTexts = Record<string, string>;

/** The router's `parseSearch`. Of a name that comes twice, the last counts. */
export function parseSearch(search: string): SearchTexts {
  return Object.fromEntries(new URLSearchParams(search));
}

/**
 * A route's `validateSearch` of which nothing is left but what `read` understood: the router lays its
 * answer over what the address has, so that a text which makes no sense would come through.
 */
export function strictSearch<Search extends object>(
  read: (raw: Record<string, unknown>) => Search,
): (raw: Record<string, unknown>) => Search {
  return (raw) => {
    const nothing = Object.fromEntries(Object.keys(raw).map((name) => [name, undefined]));
    return Object.assign(nothing, read(raw));
  };
}

/** The router's `stringifySearch`: lists are joined by commas, what is empty or undefined is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (typeof text === 'string' && text !== '') parameters.set(name, text);
  }
  // Commas and colons are legal in a query and read better as they are.
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** A search parameter as text; undefined where it is missing or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A comma-separated search parameter (or a list), without repeats; undefined where nothing is in it. */
export function listOf(value: unknown): string[] | undefined {
  const parts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const texts = parts.filter((part): part is string => typeof part === 'string' && part !== '');
  return texts.length === 0 ? undefined : [...new Set(texts)];
}

/** One of `choices`; undefined where it is none of them. */
export function choiceOf<Choice extends string>(
  value: unknown,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find((choice) => choice === value);
}

/** Whether an address asks for anything at all. */
export function isAnySet(search: object): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
