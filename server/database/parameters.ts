/** The values of a statement that is put together from parts. */
export interface Parameters {
  readonly values: unknown[];
  /** Takes a value in and returns its placeholder, with its SQL type. */
  readonly of: (value: unknown, type: string) => string;
}

export function createParameters(): Parameters {
  const values: unknown[] = [];
  return {
    values,
    of(value, type) {
      values.push(value);
      return `$${values.length}::${type}`;
    },
  };
}
