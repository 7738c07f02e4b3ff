import type { IncomingMessage } from 'node:http';

import { SMALL_BYTES } from './body-room.ts';

/** Why a body could not be read. */
export class UnreadBody extends Error {
  readonly reason: 'TOO_LARGE' | 'CUT_OFF';

  constructor(reason: UnreadBody['reason']) {
    super(`a request's body was not read: ${reason}`);
    this.name = 'UnreadBody';
    this.reason = reason;
  }
}

/**
 * The text of a request's body, in UTF-8.
 * @param maxBytes a longer one is not gathered; what is left of it is still to come.
 * @param beforeLarge before more of it is read than is small, it waits for this. It is told how many bytes there
 * may be; what it rejects with is the reader's too.
 * @throws UnreadBody where it is longer, or the client left in the middle of it.
 */
export async function readBodyText(
  request: IncomingMessage,
  maxBytes: number,
  beforeLarge: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const length = Number(request.headers['content-length']);
  if (length > maxBytes) throw new UnreadBody('TOO_LARGE');
  if (length > SMALL_BYTES) await beforeLarge(length);
  return gather(request, maxBytes, Number.isNaN(length) ? beforeLarge : null);
}

/** @param beforeLarge null where it is known already how many bytes there are. */
function gather(
  request: IncomingMessage,
  maxBytes: number,
  beforeLarge: ((bytes: number) => Promise<void>) | null,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isLarge = beforeLarge === null;
    const settle = () => {
      request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        if (size > SMALL_BYTES && !isLarge) hold();
        return;
      }
      settle();
      // The answer may go out before the rest has come; Node throws that away.
      request.pause();
      reject(new UnreadBody('TOO_LARGE'));
    };
    const onEnd = () => {
      settle();
      const [first] = chunks;
      // What most requests are.
      if (first !== undefined && chunks.length === 1) resolve(first.toString('utf8'));
      else resolve(Buffer.concat(chunks, size).toString('utf8'));
    };
    const onCut = () => {
      settle();
      reject(new UnreadBody('CUT_OFF'));
    };
    function hold(): void {
      isLarge = true;
      request.pause();
      beforeLarge?.(maxBytes).then(
        () => request.resume(),
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    }
    if (request.destroyed) {
      onCut();
      return;
    }
    request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}
