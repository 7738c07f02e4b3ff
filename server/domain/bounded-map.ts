/**
 * Puts an entry at the end of a map's order, and drops the first where there are then more than
 * `most`: those that were put longest ago go first.
 */
export function putLast<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
