/**
 * The headers of one request, for ofetch: WHATWG Headers without validation (undici does that when
 * it sends), without sorting, and with each name in the case it was given first: so it goes out.
 */
export class LeanHeaders implements Headers {
  /** Names and values by turns, as undici takes them. */
  readonly fields: string[];

  constructor(init?: ConstructorParameters<typeof Headers>[0]) {
    if (init instanceof LeanHeaders) {
      this.fields = init.fields.slice();
      return;
    }
    this.fields = [];
    if (init === undefined) return;
    if (Symbol.iterator in init) {
      for (const [name, value] of init) {
        if (name !== undefined && value !== undefined) this.set(name, value);
      }
    } else {
      for (const name of Object.keys(init)) this.set(name, String(init[name]));
    }
  }

  /** @param fields names and values by turns, no name twice. */
  static of(fields: readonly string[]): LeanHeaders {
    const headers = new LeanHeaders();
    headers.fields.push(...fields);
    return headers;
  }

  append(name: string, value: string): void {
    const present = this.get(name);
    this.set(name, present === null ? value : `${present}, ${value}`);
  }

  delete(name: string): void {
    const at = this.#placeOf(name);
    if (at !== -1) this.fields.splice(at, 2);
  }

  get(name: string): string | null {
    const at = this.#placeOf(name);
    return at === -1 ? null : (this.fields[at + 1] ?? null);
  }

  has(name: string): boolean {
    return this.#placeOf(name) !== -1;
  }

  set(name: string, value: string): void {
    const at = this.#placeOf(name);
    if (at === -1) this.fields.push(name, value);
    else this.fields[at + 1] = value;
  }

  /** Empty: requests carry no Set-Cookie. */
  getSetCookie(): string[] {
    return [];
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  *entries(): HeadersIterator<[name: string, value: string]> {
    for (let at = 0; at < this.fields.length; at += 2) {
      yield [this.fields[at] ?? '', this.fields[at + 1] ?? ''];
    }
  }

  keys() {
    return Array.from(this, ([name]) => name).values();
  }

  values() {
    return Array.from(this, ([, value]) => value).values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** There are some ten of them: looking through them takes less than a Map of them. */
  #placeOf(name: string): number {
    const sought = name.toLowerCase();
    for (let at = 0; at < this.fields.length; at += 2) {
      const present = this.fields[at] ?? '';
      if (present.length === sought.length && present.toLowerCase() === sought) return at;
    }
    return -1;
  }
}
