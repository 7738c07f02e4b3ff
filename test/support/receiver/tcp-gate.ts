import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that a test can cut and mend: the server as it looks when it goes away. */
export interface TcpGate {
  /** The server's URL, by way of the gate. */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
  /** Keeps connections and takes new ones, but lets nothing through any more. */
  stall(): void;
  /** Leads new connections to another server, and leaves those that are open. */
  move(targetUrl: string): void;
  /** Lets through again; to another server where it has moved. */
  reopen(targetUrl?: string): Promise<void>;
}

export async function openTcpGate(targetUrl: string): Promise<TcpGate & AsyncDisposable> {
  let target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;
  let stalled = false;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  function pass(inner: Socket): void {
    keep(inner);
    const outer = keep(connect(Number(target.port), target.hostname));
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
    inner.on('data', (data) => stalled || outer.write(data));
    outer.on('data', (data) => stalled || inner.write(data));
  }

  async function listen(): Promise<void> {
    stalled = false;
    const opened = createServer(pass);
    server = opened;
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    const address = opened.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  }

  async function shut(): Promise<void> {
    const closing = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  }

  await listen();
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    shut,
    stall: () => void (stalled = true),
    move: (movedTo) => void (target = new URL(movedTo)),
    async reopen(movedTo) {
      if (movedTo !== undefined) target = new URL(movedTo);
      await shut();
      await listen();
    },
    [Symbol.asyncDispose]: shut,
  };
}
