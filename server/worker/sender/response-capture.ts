import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** What is kept of a response's body. */
export interface CapturedBody {
  text: string;
  /** True where the body went on past what was kept. */
  truncated: boolean;
}

/**
 * Reads a body to its end, or to `readBytes`, where the stream is destroyed (and the connection
 * with it: reading on to keep it would be for the receiver to decide). Keeps the first `keepBytes`
 * as text: bytes that are no UTF-8, and NUL, which PostgreSQL's text cannot hold, become U+FFFD.
 * @throws whatever error the stream ends with.
 */
export function captureBody(
  body: Readable,
  { keepBytes, readBytes }: { keepBytes: number; readBytes: number },
): Promise<CapturedBody> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let total = 0;
    const finish = () => {
      resolve({ text: asText(kept, keepBytes, total > keepBytes), truncated: total > keepBytes });
    };
    body.on('data', (chunk: Buffer) => {
      if (total < keepBytes) kept.push(chunk);
      total += chunk.length;
      if (total > readBytes) {
        finish();
        body.destroy();
      }
    });
    body.once('end', finish);
    body.on('error', reject);
    // A stream that failed before anyone listened says so only by having closed.
    const closed = () => {
      if (!body.readableEnded) reject(body.errored ?? new Error('the body closed before its end'));
    };
    if (body.destroyed) closed();
    else body.once('close', closed);
  });
}

function asText(chunks: Buffer[], keepBytes: number, cut: boolean): string {
  const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  // A decoder that is not ended holds back the character that the cut went through.
  const text = cut
    ? new StringDecoder('utf8').write(bytes.subarray(0, keepBytes))
    : bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
