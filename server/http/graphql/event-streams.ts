import type { ServerResponse } from 'node:http';

import type { Caller } from '../../access/caller.ts';
import { answerJson } from '../../graphql/errors/answer-json.ts';
import { unauthenticated } from '../../graphql/errors/errors.ts';
import { type ErrorMask, isTooSlow } from '../../graphql/errors/mask-error.ts';
import type { AnswerTurns } from '../../graphql/delivery/subscription-turns.ts';
import type { CredentialWatch } from '../sockets/credential-watch.ts';

/** Subscriptions over HTTP, as server-sent events ("GraphQL over SSE", distinct connections mode). */
export interface EventStreams {
  /** Sends all results of a subscription; settles when the stream has ended. */
  send(
    response: ServerResponse,
    following: { turns: AnswerTurns; caller: Caller | null },
  ): Promise<void>;
  /** Ends every stream; whoever comes back with the last id goes on from there. */
  close(): void;
}

/** Proxies cut a connection that says nothing for a minute, some after half of it. */
const COMMENT_MS = 15_000;
/** A stream that is over has this long to be read to its end. */
const CLOSING_MS = 2_000;

export function createEventStreams({
  credentials,
  mask,
}: {
  credentials: Pick<CredentialWatch, 'watch'>;
  mask: ErrorMask;
}): EventStreams {
  const streams = new Set<ServerResponse>();

  /** Settles when there is room again, or nobody reads any more. */
  function drained(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        response.off('drain', settle);
        response.off('close', settle);
        resolve();
      };
      response.once('drain', settle);
      response.once('close', settle);
    });
  }

  return {
    async send(response, { turns, caller }) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // For proxies that gather what they pass on.
        'x-accel-buffering': 'no',
      });
      // Nobody reads it: HEAD, or one that has left while it was opened.
      if (response.req.method === 'HEAD' || response.destroyed) {
        turns.end();
        response.end();
        return;
      }
      response.write(':\n\n');
      streams.add(response);
      const comments = setInterval(() => {
        if (response.writableLength === 0) response.write(':\n\n');
      }, COMMENT_MS);
      const id = caller?.sessionId ?? caller?.apiKeyId;
      const unwatch =
        id === undefined
          ? null
          : credentials.watch(id, () => {
              const told = answerJson({ errors: [unauthenticated()] });
              response.end(eventOf('next', told) + eventOf('complete', ''));
              // One that takes nothing would never take this.
              setTimeout(() => response.destroy(), CLOSING_MS).unref();
            });
      response.once('close', () => turns.end());
      try {
        for (;;) {
          const turn = await turns.next();
          if (response.writableEnded || response.destroyed) break;
          if (turn === null) {
            response.end(eventOf('complete', ''));
            break;
          }
          const text = turn.map(({ json, cursor }) => eventOf('next', json, cursor)).join('');
          if (response.write(text)) continue;
          await drained(response);
        }
      } catch (error) {
        // Without "complete": a reader that sees this comes back, with the last id.
        if (!isTooSlow(error))
          response.write(eventOf('next', answerJson({ errors: [mask(error)] })));
      } finally {
        clearInterval(comments);
        unwatch?.();
        streams.delete(response);
        turns.end();
        if (!response.writableEnded) response.end();
      }
    },

    close() {
      for (const response of streams) response.end();
    },
  };
}

/** One event. JSON is on one line unless somebody's payload is not: each line is a field of its own. */
function eventOf(name: 'next' | 'complete', data: string, id: string | null = null): string {
  const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return `${id === null ? '' : `id: ${id}\n`}event: ${name}\ndata: ${lines}\n\n`;
}
