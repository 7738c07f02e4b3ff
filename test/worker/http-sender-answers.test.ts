import { describe, expect, it } from 'vitest';

import { request, useHttpSender } from '../support/receiver/http-sender.ts';

const tools = useHttpSender();

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Sends twice over one connection, to a server that answers with these pieces, each by itself. */
async function sendTwice(...pieces: string[]) {
  const server = await tools.rawServer((socket) => {
    const [piece = '', ...rest] = pieces;
    const write = (text: string, after: string[]): void => {
      const [next, ...later] = after;
      socket.write(text, () => {
        if (next !== undefined) setImmediate(write, next, later);
      });
    };
    write(piece, rest);
  });
  const sender = tools.sender({ connectionsPerOrigin: 1 });
  const outcomes = [await sender.send(request(server.url)), await sender.send(request(server.url))];
  return { outcomes, server };
}

describe('an informational answer that nobody asked for', () => {
  it.each([
    ['100', [CONTINUE + OK]],
    ['100, by itself', [CONTINUE, OK]],
    ['100 over HTTP/1.0', ['HTTP/1.0 100 Continue\r\n\r\n', OK]],
    ['100 with headers', [`HTTP/1.1 100 Continue\r\ndate: now\r\n\r\n${OK}`]],
    ['102, 103 and 199', [`HTTP/1.1 102 Processing\r\n\r\n${HINTS}HTTP/1.1 199 X\r\n\r\n${OK}`]],
    ['many', [CONTINUE.repeat(8), HINTS.repeat(8), OK]],
    ['in single bytes', [...(CONTINUE + HINTS), ...OK]],
  ])('is passed over: %s', async (_what, pieces) => {
    const { outcomes, server } = await sendTwice(...pieces);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ statusCode: 200, errorCode: null, responseBody: 'ok' });
      expect(outcome.responseHeaders).toEqual(['content-length', '2']);
    }
    expect([server.requests(), server.connections()]).toEqual([2, 1]);
  });

  it('comes a bounded number of times', async () => {
    for (const answers of [CONTINUE.repeat(17) + OK, HINTS.repeat(17) + OK]) {
      const { outcomes, server } = await sendTwice(answers);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ statusCode: null, errorCode: 'INVALID_RESPONSE' });
        expect(outcome.errorMessage).toContain('1xx');
      }
      expect(server.requests()).toBe(2);
    }
    const { outcomes } = await sendTwice(`HTTP/1.1 100 ${'x'.repeat(20_000)}`);
    expect(outcomes[0]?.errorCode).toBe('INVALID_RESPONSE');
  });

  it('is none where it stands in a body', async () => {
    const body = `${CONTINUE}HTTP/1.1 100`;
    const { outcomes } = await sendTwice(
      `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`,
      body,
    );
    for (const outcome of outcomes) expect(outcome.responseBody).toBe(body);
  });

  it('with no answer after it is none', async () => {
    const { url } = await tools.rawServer((socket) => socket.end(CONTINUE));
    expect(await tools.sender().send(request(url))).toMatchObject({
      statusCode: null,
      errorCode: 'CONNECTION',
    });
  });
});

describe('an answer that has no body by its status', () => {
  it.each([
    ['204 with a content-length', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', 204],
    ['204 and what it tells', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello', 204],
    ['204 in chunks', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n', 204],
    ['204, then closed', 'HTTP/1.1 204 N\r\nconnection: close\r\ncontent-length: 9\r\n\r\n', 204],
    ['204 after 100', `${CONTINUE}HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n`, 204],
    ['304 with a content-length', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', 304],
  ])('ends with its head: %s', async (_what, answer, status) => {
    const { outcomes } = await sendTwice(answer);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        statusCode: status,
        errorCode: status === 204 ? null : 'HTTP_STATUS',
        responseBody: '',
        responseBodyTruncated: false,
      });
    }
  });
});

describe('a control character in a header', () => {
  it.each(['\0', '\n', '\u001E', '\u007F'])('is no HTTP: %j', async (character) => {
    const { url } = await tools.rawServer((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx-a: b${character}c\r\ncontent-length: 0\r\n\r\n`),
    );
    expect(await tools.sender().send(request(url))).toMatchObject({
      statusCode: null,
      responseHeaders: [],
      errorCode: 'INVALID_RESPONSE',
    });
  });
});

describe('what a status says', () => {
  it.each([
    [301, true],
    [308, true],
    [304, false],
    [305, false],
    [399, false],
  ])('%i: a redirect, %s', async (status, isRedirect) => {
    const { outcomes } = await sendTwice(`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`);
    expect(outcomes[0]?.errorCode).toBe('HTTP_STATUS');
    expect(outcomes[0]?.errorMessage?.includes('redirect')).toBe(isRedirect);
  });
});
