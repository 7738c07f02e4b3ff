import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** The answer to a GraphQL request: `data` is whatever the test says that it asked for. */
export interface Answer<Data> {
  data: Data;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

/** Somebody with a key at one process of an installation. */
export interface ApiClient {
  /** Sends an operation and returns `data`; fails on any top-level error. */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** A graphql-ws client of its own. */
  socket(): Client;
}

export function createApiClient(address: string, key: string): ApiClient {
  return {
    async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
      const { data, errors } = await postOperation<Data>(address, key, query, variables);
      if (errors !== undefined) throw new Error(`GraphQL errors: ${JSON.stringify(errors)}`);
      return data;
    },
    socket: () => createSocket(address, key),
  };
}

/** Sends one operation; `key` null sends it without. */
export async function postOperation<Data>(
  address: string,
  key: string | null,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer<Data>> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the test knows what it asked for
  return (await response.json()) as Answer<Data>;
}

/** A graphql-ws client, which the caller disposes of. */
export function createSocket(address: string, key: string): Client {
  return createClient({
    url: `${address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
    lazy: true,
  });
}
