import type { Answer, AnswerTurns } from '../../graphql/delivery/subscription-turns.ts';
import { textFrame, utf8Bytes } from './text-frames.ts';

/**
 * Sends the results of a subscription itself, a turn in one piece: graphql-ws sends one after
 * the other, each written as JSON for itself. For graphql-ws it is a stream that brings nothing
 * and ends when the subscription does.
 */
export function relay(
  turns: AnswerTurns,
  id: string,
  send: (frames: string) => Promise<void>,
): AsyncGenerator<never, undefined, undefined> {
  const head = utf8Bytes(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
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
        await send(framesOf(turn, head));
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

/** Of a turn that several sockets are sent: the frames of the last one, which are those of the next. */
const framed = new WeakMap<readonly Answer[], { head: string; frames: string }>();

function framesOf(answers: readonly Answer[], head: string): string {
  const present = framed.get(answers);
  if (present?.head === head) return present.frames;
  const frames = answers.map((answer) => textFrame(`${head}${bytesOf(answer)}}`)).join('');
  framed.set(answers, { head, frames });
  return frames;
}

/** Each answer's bytes, made once for all sockets that are sent it. */
const bytes = new WeakMap<Answer, string>();

function bytesOf(answer: Answer): string {
  const present = bytes.get(answer);
  if (present !== undefined) return present;
  const made = utf8Bytes(answer.json);
  bytes.set(answer, made);
  return made;
}
