/**
 * A stream whose values come several at a time, where several are there: whoever can use them
 * together takes turns, everybody else takes them one by one.
 */
export interface Updates<Value> extends AsyncGenerator<Value, undefined, undefined> {
  /** All that is there, at least one; done at the end. One call at a time, and none of `next` beside it. */
  nextTurn(): Promise<IteratorResult<readonly Value[], undefined>>;
}

/**
 * A generator's own `return` waits for what it is waiting for, and does nothing where it was never
 * begun: this one ends at once in either case.
 *
 * @param end lets go of what the turns come from; called once or more often when they are over.
 */
export function inTurns<Value>(
  turns: AsyncGenerator<readonly Value[], undefined, undefined>,
  end: () => void,
): Updates<Value> {
  let left: Iterator<Value, undefined> = [].values();

  async function finishing<Result>(
    step: Promise<IteratorResult<Result, undefined>>,
  ): Promise<IteratorResult<Result, undefined>> {
    try {
      const result = await step;
      if (result.done) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  }

  return {
    nextTurn: () => finishing(turns.next()),
    async next() {
      for (;;) {
        const value = left.next();
        if (!value.done) return value;
        const turn = await finishing(turns.next());
        if (turn.done) return turn;
        left = turn.value.values();
      }
    },
    async return() {
      end();
      left = [].values();
      await turns.return(undefined);
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      end();
      left = [].values();
      await turns.return(undefined);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
