/**
 * The headers of one request, for ofetch: WHATWG Headers without validation (undici does that when
 * it sends), without sorting, and with each name in the case it was given first: so it goes out.
 */
export class LeanHeaders implements Headers {
  /** By the name in lower case. */
  readonly #fields = new Map<string, [name: string, value: string]>();

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
    this.#fields.delete(name.toLowerCase());
  }

  get(name: string): string | null {
    return this.#fields.get(name.toLowerCase())?.[1] ?? null;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    const key = name.toLowerCase();
    this.#fields.set(key, [this.#fields.get(key)?.[0] ?? name, value]);
  }

  /** Empty: requests carry no Set-Cookie. */
  getSetCookie(): string[] {
    return [];
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  entries() {
    return this.#fields.values();
  }

  keys() {
    return Array.from(this, ([name]) => name).values();
  }

  values() {
    return Array.from(this, ([, value]) => value).values();
  }

  [Symbol.iterator]() {
    return this.#fields.values();
  }
}
