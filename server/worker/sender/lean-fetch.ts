import { createFetch } from 'ofetch';
import type { $Fetch } from 'ofetch';
import type { Dispatcher } from 'undici';
import { Cutoff } from './cutoff.ts';
import { LeanHeaders } from './lean-headers.ts';

/** An answer of undici's `request`, in the shape that ofetch reads of a Response. */
export class LeanResponse implements Response {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly type = 'basic';
  readonly url: string;
  readonly redirected = false;
  /** Null, so that ofetch leaves the body alone; it is read from {@link incoming}. */
  readonly body = null;
  readonly bodyUsed = false;
  /** The answer itself: its headers as they came, its body as a Node stream. */
  readonly incoming: Dispatcher.ResponseData;

  constructor(url: string, incoming: Dispatcher.ResponseData) {
    this.url = url;
    this.incoming = incoming;
    this.status = incoming.statusCode;
    this.statusText = incoming.statusText;
    this.ok = incoming.statusCode >= 200 && incoming.statusCode < 300;
  }

  get headers(): LeanHeaders {
    const headers = new LeanHeaders();
    for (const [name, value = []] of Object.entries(this.incoming.headers)) {
      headers.set(name, typeof value === 'string' ? value : value.join(', '));
    }
    return headers;
  }

  text(): Promise<string> {
    return this.incoming.body.text();
  }

  json(): Promise<never> {
    return notHere('json');
  }

  arrayBuffer(): Promise<never> {
    return notHere('arrayBuffer');
  }

  bytes(): Promise<never> {
    return notHere('bytes');
  }

  blob(): Promise<never> {
    return notHere('blob');
  }

  formData(): Promise<never> {
    return notHere('formData');
  }

  clone(): never {
    throw new TypeError('a LeanResponse cannot be cloned');
  }
}

function notHere(member: string): Promise<never> {
  return Promise.reject(new TypeError(`a LeanResponse has no ${member}()`));
}

declare module 'ofetch' {
  interface FetchOptions {
    /** What ends this request. */
    cutoff?: Cutoff;
  }
}

/**
 * ofetch over undici's `request`, for requests with a {@link Cutoff}: at five times the speed of ofetch over
 * undici's WHATWG fetch, which spends its time on streams and headers that nobody here reads.
 * Follows no redirect and decodes no content encoding. Rejects with the cutoff's reason at once
 * when it is cut off, also while the connection is still being made.
 */
export function createLeanFetch(dispatcher: Dispatcher): $Fetch {
  return createFetch({
    Headers: LeanHeaders,
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        if (typeof url !== 'string') throw new TypeError('lean fetch takes URLs as strings');
        const cutoff = init !== undefined && 'cutoff' in init ? init.cutoff : undefined;
        if (!(cutoff instanceof Cutoff)) throw new TypeError('lean fetch takes a cutoff');
        const { origin, path } = partsOf(url);
        const onAbort = () => reject(cutoff.reason ?? new Error('cut off'));
        cutoff.on('abort', onAbort);
        // Left there, it would tie each answer to its request, and both to the next full collection.
        const settle = () => cutoff.off('abort', onAbort);
        dispatcher
          .request({
            origin,
            path,
            method: 'POST',
            headers: (init?.headers instanceof LeanHeaders
              ? init.headers
              : new LeanHeaders(init?.headers)
            ).fields,
            body: typeof init?.body === 'string' ? init.body : null,
            signal: cutoff,
          })
          .finally(settle)
          .then((incoming) => resolve(new LeanResponse(url, incoming)), reject);
      }),
  });
}

/** Of a URL as `URL.href` writes it, which is all that is saved: it is cut and not parsed for each send. */
function partsOf(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('//') + 2);
  if (slash === -1 || /[@#]/.test(url)) {
    const { origin, pathname, search } = new URL(url);
    return { origin, path: pathname + search };
  }
  return { origin: url.slice(0, slash), path: url.slice(slash) };
}
