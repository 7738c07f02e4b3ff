import type { Exchange, Operation, OperationResult } from '@urql/core';
import { filter, makeSubject, merge, onPush, pipe, share } from 'wonka';

import { eachDelivery } from './each-delivery.ts';
import { ownCopyOf } from './own-copy.ts';

const MOST_CACHED = 20_000;

const isPage = ({ context }: Operation) => ownCopyOf(context) === 'page';
const isOwn = ({ operation }: OperationResult) => ownCopyOf(operation.context) !== null;

/**
 * Leads operations that keep their own copy (own-copy.ts) around a cache: they get results as the
 * server sent them. Of updates, those of deliveries that the cache may have are written to it too,
 * for all who read from it: writing each of some hundred a second would cost more than showing it.
 */
export function besideCache(cache: Exchange): Exchange {
  return ({ client, forward, dispatchDebug }) =>
    (operations$) => {
      const shared$ = share(operations$);
      const own = makeSubject<OperationResult>();
      /** The deliveries that came in results for the cache, the oldest first. */
      const cached = new Set<string>();

      function note(id: string): void {
        cached.delete(id);
        cached.add(id);
        if (cached.size <= MOST_CACHED) return;
        for (const oldest of cached) {
          cached.delete(oldest);
          break;
        }
      }

      function isForCache(result: OperationResult): boolean {
        let isWanted = !isOwn(result);
        eachDelivery(result.data, ({ id }) => {
          if (!isOwn(result)) note(id);
          else if (!isPage(result.operation) && cached.has(id)) isWanted = true;
        });
        return isWanted;
      }

      const cached$ = cache({
        client,
        dispatchDebug,
        forward: (forCache$) =>
          pipe(
            forward(merge([forCache$, pipe(shared$, filter(isPage))])),
            onPush((result) => {
              if (isOwn(result)) own.next(result);
            }),
            filter(isForCache),
            // A cache may take it more than once.
            share,
          ),
      })(
        pipe(
          shared$,
          filter((operation) => !isPage(operation)),
        ),
      );
      return merge([
        pipe(
          cached$,
          filter((result) => !isOwn(result)),
        ),
        own.source,
      ]);
    };
}
