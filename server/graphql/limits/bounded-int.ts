import { badUserInput } from '../errors/errors.ts';

/**
 * A number that is within its bounds, both of them allowed.
 * @param path of the argument, whose last part names it, e.g. `["input", "last"]`.
 * @throws BAD_USER_INPUT where it is not.
 */
export function boundedInt(
  value: number,
  { from, to }: { from: number; to: number },
  path: readonly string[],
): number {
  if (value >= from && value <= to) return value;
  throw badUserInput(`${path.at(-1)} must be from ${from} to ${to.toLocaleString('en')}.`, path);
}
