import { WebSocket } from 'ws';

/** A WebSocket class whose sockets a test can cut, as a network does: without a word. */
export function cutSockets() {
  const open = new Set<WebSocket>();
  class CutSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      // Without a listener, a refused connection would end the process.
      this.on('error', () => undefined);
      open.add(this);
      this.on('close', () => open.delete(this));
    }
  }
  return {
    webSocketImpl: CutSocket,
    /** How many have been opened and not closed. */
    count: () => open.size,
    cut() {
      for (const socket of open) socket.terminate();
    },
  };
}
