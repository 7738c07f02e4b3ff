import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';

/**
 * Responses after which a connection is closed, once a server is closing: decided as the head is written, for
 * a request may have been under way by then.
 */
export function lastResponses(isClosing: () => boolean) {
  return class LastResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(
      status: number,
      reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      if (isClosing()) this.shouldKeepAlive = false;
      if (typeof reason === 'string') return super.writeHead(status, reason, headers);
      return super.writeHead(status, reason);
    }
  };
}
