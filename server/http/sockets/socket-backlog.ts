import type { WebSocket } from 'ws';

/**
 * What one socket may leave waiting: bytes of messages that are not answered yet, and bytes of
 * answers that its reader has not taken.
 */
export interface SocketBacklog {
  /** Counts a message until its `done` is called. Past the bound nothing more is read for a while. */
  take(bytes: number): { done(): void };
  /** Whether one more answer may be sent; where not, the reader has left too much lying. */
  maySend(): boolean;
}

/** Bytes of results that may wait before the next one: the feed holds its own changes back. */
const MOST_UNSENT = 1_048_576;

/** @param mostUnanswered bytes of messages under way at once, beside the one that goes past it. */
export function createSocketBacklog(
  socket: Pick<WebSocket, 'pause' | 'resume' | 'isPaused' | 'bufferedAmount'>,
  mostUnanswered: number,
): SocketBacklog {
  let unanswered = 0;
  return {
    take(bytes) {
      unanswered += bytes;
      if (unanswered > mostUnanswered) socket.pause();
      let isUnderWay = true;
      return {
        done() {
          if (!isUnderWay) return;
          isUnderWay = false;
          unanswered -= bytes;
          if (socket.isPaused && unanswered <= mostUnanswered) socket.resume();
        },
      };
    },
    maySend: () => socket.bufferedAmount <= MOST_UNSENT,
  };
}
