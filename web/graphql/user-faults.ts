/** A fault as the API returns it. */
export interface UserFault {
  readonly field: readonly string[] | null;
  readonly message: string;
}

/**
 * What is wrong at a field and at all within it: `messagesAt(faults, 'headers', '2', 'name')`.
 * Paths are those of the mutation's input.
 */
export function messagesAt(faults: readonly UserFault[], ...path: readonly string[]): string[] {
  const whole = ['input', ...path];
  return faults
    .filter(({ field }) => whole.every((part, index) => field?.[index] === part))
    .map(({ message }) => message);
}

/** What is wrong at none of these fields, and so with the form as a whole. */
export function messagesElsewhere(
  faults: readonly UserFault[],
  shown: readonly string[],
): string[] {
  return faults
    .filter(({ field }) => !shown.includes(field?.[1] ?? ''))
    .map(({ message }) => message);
}
