/** Which of two copies of a delivery is newer: `version` rises with each change (schema.graphql). */
export interface Copy {
  readonly version: number;
}

/** The one place that says which of two copies of a delivery is the earlier; alike, neither is. */
export function isOlder(copy: Copy, than: Copy): boolean {
  return copy.version < than.version;
}

/** The later of a copy that is known and one that has come; of two alike the one that has come. */
export function laterOf<Row extends Copy>(known: Row | null | undefined, come: Row): Row {
  return known && isOlder(come, known) ? known : come;
}
