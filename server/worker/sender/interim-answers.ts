import type { Socket } from 'node:net';

/** Informational answers (1xx) taken before the real one. */
const MAX_INTERIM_ANSWERS = 16;
/** Bytes of one of them. */
const MAX_INTERIM_BYTES = 16_384;

/** A receiver that goes on with informational answers and comes to no end. */
export class InterimOverflow extends Error {
  constructor() {
    super('too many informational answers');
    this.name = 'InterimOverflow';
  }
}

/**
 * Takes informational answers out of what is read from a socket. A server may send them unasked
 * (RFC 9110, section 15.2), "100 Continue" too, over which undici 7.30 ends the connection. What
 * it makes of "101 Switching Protocols", which is illegal unasked, is left to it.
 *
 * An answer begins with what is read first after something was written; whatever else comes, a
 * body that looks like one among it, is passed on as it is.
 */
export function dropInterimAnswers(socket: Socket): void {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let isAtStart = true;
  let taken = 0;
  /** The beginning of an answer that may be one of them. */
  let held: Buffer | null = null;

  function overflow(): null {
    socket.destroy(new InterimOverflow());
    return null;
  }

  function afterInterim(chunk: Buffer): Buffer | null {
    let bytes = held === null ? chunk : Buffer.concat([held, chunk]);
    held = null;
    while (mayBeInterim(bytes)) {
      const end = bytes.length < STATUS_LINE ? -1 : bytes.indexOf('\r\n\r\n');
      if (end === -1) {
        if (bytes.length > MAX_INTERIM_BYTES) return overflow();
        held = bytes;
        return null;
      }
      taken += 1;
      if (taken > MAX_INTERIM_ANSWERS) return overflow();
      bytes = bytes.subarray(end + 4);
      if (bytes.length === 0) return null;
    }
    isAtStart = false;
    return bytes;
  }

  Object.assign(socket, {
    read(size?: number): unknown {
      const chunk: unknown = read(size);
      return isAtStart && Buffer.isBuffer(chunk) ? afterInterim(chunk) : chunk;
    },
    write(...parts: Parameters<typeof write>): boolean {
      isAtStart = true;
      taken = 0;
      return write(...parts);
    },
  });
}

/** "HTTP/1.1 100": as much as tells what it is. */
const STATUS_LINE = 12;
const INTERIM = /^HTTP\/1\.[01] 1(?!01)/;
const [SPACE, ONE] = [0x20, 0x31];

function mayBeInterim(bytes: Buffer): boolean {
  // Nearly every answer is recognised by this one byte.
  if (bytes.length >= STATUS_LINE && (bytes[9] !== ONE || bytes[8] !== SPACE)) return false;
  const begun = bytes.toString('latin1', 0, STATUS_LINE);
  if (begun.length === STATUS_LINE) return INTERIM.test(begun);
  return ['HTTP/1.1 1', 'HTTP/1.0 1'].some(
    (start) => start.startsWith(begun) || begun.startsWith(start),
  );
}
