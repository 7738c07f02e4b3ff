import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';

/** What a server costs that does nothing of its own: bare Yoga, with graphql-ws beside it; or node:http and JSON alone. */
const schema = createSchema({ typeDefs: 'type Query { nothing: Int }' });
const yoga = createYoga({ schema, logging: false });

const plain: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const asked: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.stringify({ data: { __typename: asked === null ? null : 'Query' } });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
};

const isPlain = process.argv[2] === 'node';
const listener: RequestListener = isPlain
  ? plain
  : (request, response) => void yoga(request, response);
const server = createServer(listener);
if (!isPlain) useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => {
  const { port }: Partial<AddressInfo> = Object(server.address());
  process.send?.(port);
});
