import type { IncomingMessage } from 'node:http';

import type { Logger } from 'pino';

import { overloaded, unauthenticated } from '../graphql/errors/errors.ts';
import type { Services } from '../graphql/schema/context.ts';
import { retryAfter } from './admission.ts';
import { createBodyRoom, type Place } from './body-room.ts';
import type { ClientAddress } from './callers/client-address.ts';
import type { GuessLimit } from './callers/guess-limit.ts';
import { callerOfRequest } from './callers/request-caller.ts';

/**
 * Of all large bodies and messages of callers together, in bytes. Each is held as text, and as the values that it
 * stands for with copies of them: in the worst case (`[1.0,1.0,…]`) some eighty times its bytes.
 */
const ROOM_BYTES = 8_388_608;

/** Room for what callers send, and, for messages alone, some for those who have not shown a key yet. */
export interface RequestRoom {
  /** The place of a request's body, which takes none as long as it is small. */
  ofRequest(request: IncomingMessage): BodyPlace;
  /**
   * For a message of so many bytes; `tenantId` null where nobody stands behind its socket. Null where there was
   * no room in time.
   */
  forMessage(
    request: IncomingMessage,
    tenantId: string | null,
    bytes: number,
  ): Place | Promise<Place | null>;
}

export interface BodyPlace extends Place {
  /**
   * Before so many bytes are read. Rejects with UNAUTHENTICATED where nobody stands behind them, with what
   * {@link callerOfRequest} throws, and with SERVICE_UNAVAILABLE where there was no room in time.
   */
  enter(bytes: number): Promise<void>;
}

export function createRequestRoom(parts: {
  services: Services;
  addressOf: ClientAddress;
  guesses: GuessLimit;
  logger: Logger;
}): RequestRoom {
  const { services, addressOf, guesses, logger } = parts;
  const { requestBytes, messageBytes } = services.configuration.limits;
  const callers = createBodyRoom({
    bytes: Math.max(ROOM_BYTES, 2 * requestBytes, 2 * messageBytes),
    what: 'a caller',
    logger,
  });
  const strangers = createBodyRoom({ bytes: 2 * messageBytes, what: 'a stranger', logger });

  async function enterKnown(request: IncomingMessage, bytes: number): Promise<Place> {
    const caller = await callerOfRequest(services, request, guesses);
    if (caller === null) throw unauthenticated();
    const place = await callers.enter(bytes, caller.tenantId);
    if (place === null) throw overloaded(retryAfter());
    return place;
  }

  return {
    ofRequest(request) {
      let place: Place | null = null;
      let isLeft = false;
      return {
        async enter(bytes) {
          place = await enterKnown(request, bytes);
          // Its client has gone meanwhile.
          if (isLeft) place.leave();
        },
        leave() {
          isLeft = true;
          place?.leave();
        },
      };
    },
    forMessage(request, tenantId, bytes) {
      if (tenantId === null) return strangers.enter(bytes, addressOf(request));
      return callers.enter(bytes, tenantId);
    },
  };
}
