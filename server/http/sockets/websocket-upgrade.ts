import { IncomingMessage } from 'node:http';

/**
 * A request whose Upgrade header is heeded where it asks for a WebSocket, and ignored otherwise
 * (RFC 9110, section 7.8): Java's HttpClient and `curl --http2` offer HTTP/2 with every request.
 * Node asks for `upgrade` when the headers have come; once anybody listens for upgrades, it would
 * hand over all of them, with what body they have unread.
 */
export class UpgradableRequest extends IncomingMessage {
  declare private asksForUpgrade: boolean | null;

  set upgrade(asked: boolean | null) {
    this.asksForUpgrade = asked;
  }

  get upgrade(): boolean {
    if (this.asksForUpgrade !== true) return false;
    return this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket';
  }
}
