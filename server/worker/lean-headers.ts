/**
 * The headers of one request, for ofetch: WHATWG Headers without validation (undici does that when
 * it sends) and without sorting. Names are kept in lower case.
 */
export class LeanHeaders implements Headers {
  readonly #values = new Map<string, string>();

  constructor(init?: ConstructorParameters<typeof Headers>[0]) {
    if (init === undefined) return;
    if (Symbol.iterator in init) {
      for (const [name, value] of init) {
        if (name !== undefined && value !== undefined) this.set(name, value);
      }
    } else {
      for (const name of Object.keys(init)) this.set(name, String(init[name]));
    }
  }

  append(name: string, value: string): void {
    const present = this.get(name);
    this.set(name, present === null ? value : `${present}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value);
  }

  /** Empty: requests carry no Set-Cookie. */
  getSetCookie(): string[] {
    return [];
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this.#values) callback(value, name, this);
  }

  entries() {
    return this.#values.entries();
  }

  keys() {
    return this.#values.keys();
  }

  values() {
    return this.#values.values();
  }

  [Symbol.iterator]() {
    return this.#values.entries();
  }
}
