/**
 * Frames of text messages, as a server sends them: not masked, each message in one frame (RFC 6455,
 * section 5.2). ws makes two buffers a message and writes each by itself; what goes to a
 * hundred sockets at once is written here once, and joined.
 *
 * All strings here hold a byte in each character ("latin1"), which the system takes as they are.
 */

/** A text's UTF-8 bytes, one in each character. */
export function utf8Bytes(text: string): string {
  if (Buffer.byteLength(text) === text.length) return text;
  return Buffer.from(text).toString('latin1');
}

/** A message, given as `utf8Bytes` makes it, in its frame. */
export function textFrame(bytes: string): string {
  return frameHead(bytes.length) + bytes;
}

function frameHead(byteLength: number): string {
  const head = Buffer.allocUnsafe(byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10);
  head[0] = FINAL_TEXT;
  if (byteLength < 126) head[1] = byteLength;
  else if (byteLength < 65_536) {
    head[1] = LENGTH_16;
    head.writeUInt16BE(byteLength, 2);
  } else {
    head[1] = LENGTH_64;
    head.writeBigUInt64BE(BigInt(byteLength), 2);
  }
  return head.toString('latin1');
}

const FINAL_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
