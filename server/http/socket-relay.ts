import type { AnswerTurns } from '../graphql/subscription-turns.ts';

/**
 * Sends the answers of a subscription by itself, a turn in one piece: graphql-ws sends one after
 * the other, each written as JSON for itself. For graphql-ws it is a stream that brings nothing
 * and ends when the subscription does.
 */
export function relay(
  turns: AnswerTurns,
  id: string,
  send: (messages: readonly string[]) => Promise<void>,
): AsyncGenerator<never, undefined, undefined> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    turns.end();
  };
  return {
    async next() {
      for (;;) {
        const turn = await turns.next();
        if (turn === null || hasEnded) return { done: true, value: undefined };
        await send(turn.map(({ json }) => `${head}${json}}`));
      }
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
