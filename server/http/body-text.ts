import type { IncomingMessage } from 'node:http';

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
 * @throws UnreadBody where it is longer, or the client left in the middle of it.
 */
export function readBodyText(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = () => {
      request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
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
    if (Number(request.headers['content-length']) > maxBytes) {
      reject(new UnreadBody('TOO_LARGE'));
      return;
    }
    if (request.destroyed) {
      onCut();
      return;
    }
    request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}
