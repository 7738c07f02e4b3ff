import type { Exchange, Operation, OperationResult } from '@urql/core';
import { filter, makeSubject, merge, onPush, pipe, share } from 'wonka';

import { ownCopyOf } from './own-copy.ts';

const isPage = ({ context }: Operation) => ownCopyOf(context) === 'page';
const isOwn = ({ operation }: OperationResult) => ownCopyOf(operation.context) !== null;

/**
 * Leads operations that keep their own copy (own-copy.ts) around a cache: they get results as the
 * server sent them. Pages pass it by; updates are written to it too, for all who read from it.
 */
export function besideCache(cache: Exchange): Exchange {
  return ({ client, forward, dispatchDebug }) =>
    (operations$) => {
      const shared$ = share(operations$);
      const pages$ = pipe(shared$, filter(isPage));
      const own = makeSubject<OperationResult>();
      const cached$ = cache({
        client,
        dispatchDebug,
        forward: (cached$) =>
          pipe(
            forward(merge([cached$, pages$])),
            onPush((result) => {
              if (isOwn(result)) own.next(result);
            }),
            filter(({ operation }) => !isPage(operation)),
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
