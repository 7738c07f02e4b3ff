/** What an operation asks of a field and of the one above it, as execution will take it. */
export interface Asked {
  /** An argument's value; undefined where there is none. */
  argument(name: string): unknown;
  /** Its arguments as they are written: the same text means the same values within an operation. */
  text(): string;
  /** The same of the field that this one stands in; null at the root. */
  parent: Asked | null;
}

/** How long a list is taken to be whose length no argument says. */
export class ListLength {
  readonly of: (asked: Asked) => number;

  constructor(length: number | ((asked: Asked) => number)) {
    this.of = typeof length === 'number' ? () => length : length;
  }
}

/** For a field's `extensions`: what its list counts in an operation's cost. */
export const listLength = (length: ConstructorParameters<typeof ListLength>[0]) => ({
  listLength: new ListLength(length),
});
