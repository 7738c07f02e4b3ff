import { WebSocket } from 'ws';

/** Sockets that follow the feed and read nothing of what it sends; each comes back when it is dropped. */
export interface DeafSockets {
  /** How often one was dropped. */
  readonly dropped: number;
  close(): void;
}

/** A lot for each change. */
const QUERY = `subscription { deliveryUpdated { cursor status delivery {
  id requestBody event { payload } webhook { name url } attempts { number responseBody }
} } }`;
const AGAIN_MS = 200;
/** Who reads nothing sees that its connection is gone when it writes. */
const PING_MS = 1_000;

/** Settles when all of them follow. */
export async function openDeafSockets(
  address: string,
  key: string,
  count: number,
): Promise<DeafSockets> {
  const open = new Set<WebSocket>();
  let dropped = 0;
  let isClosed = false;

  function follow(): Promise<void> {
    const socket = new WebSocket(
      `${address.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    open.add(socket);
    const send = (message: object) => socket.send(JSON.stringify(message));
    return new Promise((resolve) => {
      // That of a connection which is dropped: it is closed.
      socket.on('error', () => undefined);
      socket.once('open', () => send({ type: 'connection_init', payload: { apiKey: key } }));
      socket.once('message', () => {
        send({ id: '1', type: 'subscribe', payload: { query: QUERY } });
        socket.pause();
        const pings = setInterval(() => socket.ping(), PING_MS);
        socket.once('close', () => clearInterval(pings));
        resolve();
      });
      socket.once('close', () => {
        open.delete(socket);
        if (isClosed) return;
        dropped += 1;
        setTimeout(() => void (isClosed || follow()), AGAIN_MS);
      });
    });
  }

  for (let made = 0; made < count; made += 1) await follow();
  return {
    get dropped() {
      return dropped;
    },
    close() {
      isClosed = true;
      for (const socket of open) socket.terminate();
    },
  };
}
