import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** A TCP server that sends what it likes, HTTP or not. */
export interface RawServer {
  url: string;
  /** Pieces of data that came in; a small request is one. */
  requests(): number;
  /** Connections ever opened. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 that hands each piece of data, and which one it is, to `onData`. */
export async function startRawServer(
  onData: (socket: Socket, nth: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => onData(socket, ++requests));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    requests: () => requests,
    connections: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Listens on a free port of 127.0.0.1 and returns it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
      else resolve(address.port);
    });
  });
}
