/** A close frame has room for so many bytes of a reason (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;

/** A reason that fits into a close frame, cut between two characters where it is longer. */
export function closeReason(text: string): string {
  if (Buffer.byteLength(text) <= MAX_REASON_BYTES) return text;
  const bytes = Buffer.from(text).subarray(0, MAX_REASON_BYTES - 3);
  // What the cut went through is read as U+FFFD.
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')}…`;
}
