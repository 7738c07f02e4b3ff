/** A promise that is settled from outside. (Promise.withResolvers, which Node 20 has not.) */
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/** Nobody needs to wait for it: its rejection is never one that is not handled. */
export function defer(): Deferred {
  let resolve = () => {};
  let reject: Deferred['reject'] = () => {};
  const promise = new Promise<void>((whole, broken) => {
    resolve = whole;
    reject = broken;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
