import type { ServerResponse } from 'node:http';
import type { Behaviour } from './receiver.ts';

/** An endpoint that hangs until it is let go. */
export interface HeldAnswers {
  readonly behaviour: Behaviour;
  /** Answers 200 to all that hang and to all that come from now on. */
  release(): void;
}

export function holdAnswers(): HeldAnswers {
  const held: ServerResponse[] = [];
  let isReleased = false;
  return {
    behaviour(_request, response) {
      if (isReleased) response.end();
      else held.push(response);
    },
    release() {
      isReleased = true;
      for (const response of held.splice(0)) response.end();
    },
  };
}
