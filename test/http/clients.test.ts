import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

const ROLE = '{ viewer { apiKey { role } } }';
const TICKS = 'subscription { testTicks(count: 3) }';
const viewer = { viewer: { apiKey: { role: 'VIEWER' } } };
const authorization = () => `Bearer ${api.keys.VIEWER}`;
const socketUrl = () => `${api.address.replace('http', 'ws')}/graphql`;

/** Each with its key where its own documentation puts it. */
describe('a client of the field', () => {
  it('graphql-request', async () => {
    const client = new GraphQLClient(`${api.address}/graphql`, {
      headers: { authorization: authorization() },
    });
    expect(await client.request(ROLE)).toEqual(viewer);
    const unnamed = await client.rawRequest(ROLE, {});
    expect(unnamed.data).toEqual(viewer);
  });

  it('Apollo Client, over HTTP and over graphql-ws', async () => {
    const uri = `${api.address}/graphql`;
    const http = new ApolloClient({
      link: new HttpLink({ uri, headers: { authorization: authorization() } }),
      cache: new InMemoryCache(),
    });
    expect((await http.query({ query: gql(ROLE) })).data).toMatchObject(viewer);
    http.stop();

    const socket = createClient({
      url: socketUrl(),
      webSocketImpl: WebSocket,
      connectionParams: { headers: { Authorization: authorization() } },
    });
    const live = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const came: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      live.subscribe({ query: gql(TICKS) }).subscribe({
        next: ({ data }) => came.push(data),
        error: reject,
        complete: resolve,
      });
    });
    expect(came).toEqual([1, 2, 3].map((testTicks) => ({ testTicks })));
    live.stop();
    await socket.dispose();
  });

  const hasGql = spawnSync('python3', ['-c', 'import gql, aiohttp, websockets']).status === 0;
  it.runIf(hasGql)('Python’s gql, over HTTP and WebSocket', async () => {
    const program = `
import json, sys
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport
url, socket, key = sys.argv[1:]
headers = {"Authorization": key}
told = []
for transport in (AIOHTTPTransport(url=url, headers=headers), WebsocketsTransport(url=socket, headers=headers)):
    with_client = Client(transport=transport)
    told.append(with_client.execute(gql(${JSON.stringify(ROLE)})))
live = Client(transport=WebsocketsTransport(url=socket, init_payload={"headers": headers}))
told.extend(live.subscribe(gql(${JSON.stringify(TICKS)})))
print(json.dumps(told))
`;
    const { stdout } = await promisify(execFile)('python3', [
      '-c',
      program,
      `${api.address}/graphql`,
      socketUrl(),
      authorization(),
    ]);
    expect(JSON.parse(stdout)).toEqual([
      viewer,
      viewer,
      ...[1, 2, 3].map((testTicks) => ({ testTicks })),
    ]);
  });
});
