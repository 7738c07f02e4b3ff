/**
 * Turns of operations whose caller nobody knows: one in each round of the event loop, so that many
 * at once (each may read the whole schema) do not keep callers with a key waiting.
 */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  const round = () => new Promise<void>((resolve) => setImmediate(resolve));
  return () => (last = last.then(round));
}
