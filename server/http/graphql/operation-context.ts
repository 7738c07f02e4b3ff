import type { IncomingMessage } from 'node:http';

import { type AnswerLimits, createAnswerBudget } from '../../graphql/limits/answer-budget.ts';
import type { GraphQLContext, Services } from '../../graphql/schema/context.ts';
import type { GuessLimit } from '../callers/guess-limit.ts';
import { callerOfRequest } from '../callers/request-caller.ts';
import type { Transport } from './yoga.ts';

/**
 * Makes what one operation knows, of how it came. Everyday requests and sockets call it by
 * themselves: by envelop's context factory, which merges what each plugin adds, an operation takes
 * 15 µs more and leaves 2 kB behind.
 * @throws what {@link callerOfRequest} throws.
 */
export type ContextOf = (transport: Transport) => Promise<GraphQLContext & Transport>;

export function createContextOf({
  services,
  answer,
  guesses,
  takeTurn,
}: {
  services: Services;
  answer: AnswerLimits;
  guesses: GuessLimit;
  /** See strangers-turns.ts. */
  takeTurn: () => Promise<void>;
}): ContextOf {
  return async ({ incoming, socketCaller, onSlowReader, following }) => {
    let caller = socketCaller ?? null;
    if (incoming !== undefined) {
      caller = await callerOfRequest(services, incoming, guesses);
      // An operation over a socket has had its turn before it was parsed.
      if (caller === null) await takeTurn();
    }
    return {
      services,
      budget: createAnswerBudget(answer),
      nextBudget: () => createAnswerBudget(answer),
      onSlowReader: onSlowReader ?? null,
      resumeAfter: resumeAfter(incoming),
      caller,
      incoming,
      socketCaller,
      following,
    };
  };
}

/** A browser's EventSource comes back with the id of the last event that it was sent. */
function resumeAfter(incoming: IncomingMessage | undefined): string | null {
  const id = incoming?.headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}
