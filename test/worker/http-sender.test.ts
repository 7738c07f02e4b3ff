import { describe, expect, it } from 'vitest';
import { AbortedSend } from '../../server/worker/sender/http-sender.ts';
import { request, SECRET, useHttpSender } from '../support/receiver/http-sender.ts';
import {
  bigBody,
  drip,
  failTimes,
  hang,
  redirect,
  retryAfter,
  status,
} from '../support/receiver/receiver.ts';

const tools = useHttpSender();

describe('what is sent', () => {
  it('is a POST of the body’s bytes with the headers given, over kept connections', async () => {
    const before = tools.receiver.connections();
    const single = tools.sender({ connectionsPerOrigin: 1 });
    for (let n = 0; n < 5; n += 1) await single.send(request(tools.receiver.url('/a?b=c')));
    const [got] = await tools.receiver.waitForRequests('/a', 5);
    expect(got).toMatchObject({ method: 'POST', url: '/a?b=c' });
    expect(got?.body.toString()).toBe('{"data":{"name":"J\\u00fcrgen"}}');
    expect(got?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-webhook-event': 'user.created',
      authorization: SECRET,
      'content-length': '31',
    });
    expect(tools.receiver.connections() - before).toBe(1);
  });

  it('opens as many connections to an origin as it may, and no more', async () => {
    const few = tools.sender({ connectionsPerOrigin: 2 });
    const before = tools.receiver.connections();
    await Promise.all(
      Array.from({ length: 20 }, () => few.send(request(tools.receiver.url('/a')))),
    );
    expect(tools.receiver.connections() - before).toBe(2);
    expect(tools.receiver.requests('/a')).toHaveLength(20);
  });
});

describe('an answer', () => {
  it.each([200, 201, 204, 299])('%i is a success', async (code) => {
    tools.receiver.on('/s', status(code, '', { 'x-trace': 'abc', 'set-cookie': ['a=1', 'b=2'] }));
    const startedAfter = Date.now();
    const outcome = await tools.sender().send(request(tools.receiver.url('/s')));
    expect(outcome).toMatchObject({
      statusCode: code,
      errorCode: null,
      errorMessage: null,
      responseBody: '',
      responseBodyTruncated: false,
      retryAfter: null,
    });
    expect(outcome.responseHeaders.slice(0, 6)).toEqual([
      ...['x-trace', 'abc'],
      ...['set-cookie', 'a=1'],
      ...['set-cookie', 'b=2'],
    ]);
    expect(outcome.startedAt.getTime()).toBeGreaterThanOrEqual(startedAfter);
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
  });

  it.each([304, 400, 404, 410, 500, 503])('%i is HTTP_STATUS, its body on record', async (code) => {
    tools.receiver.on('/s', status(code, code === 304 ? '' : 'no'));
    const outcome = await tools.sender().send(request(tools.receiver.url('/s')));
    expect(outcome).toMatchObject({ statusCode: code, errorCode: 'HTTP_STATUS' });
    expect(outcome.errorMessage).toContain(String(code));
    expect(outcome.responseBody).toBe(code === 304 ? '' : 'no');
  });

  it('is sent for once, whatever its status', async () => {
    tools.receiver.on('/f', failTimes(1, 500));
    expect((await tools.sender().send(request(tools.receiver.url('/f')))).statusCode).toBe(500);
    expect((await tools.sender().send(request(tools.receiver.url('/f')))).statusCode).toBe(200);
    expect(tools.receiver.requests('/f')).toHaveLength(2);
  });

  it('that redirects is not followed; where it leads is told without its query', async () => {
    tools.receiver.on(
      '/r',
      redirect(`http://me:pw@127.0.0.1:${tools.receiver.port}/target?token=${SECRET}`),
    );
    const outcome = await tools.sender().send(request(tools.receiver.url('/r')));
    expect(outcome).toMatchObject({ statusCode: 302, errorCode: 'HTTP_STATUS' });
    expect(outcome.errorMessage).toContain(`http://127.0.0.1:${tools.receiver.port}/target;`);
    expect(outcome.errorMessage).not.toMatch(/token|pw/);
    expect(tools.receiver.requests('/target')).toHaveLength(0);
  });

  it('keeps its Retry-After', async () => {
    tools.receiver.on('/r', retryAfter(429, 7));
    expect(await tools.sender().send(request(tools.receiver.url('/r')))).toMatchObject({
      statusCode: 429,
      retryAfter: '7',
    });
  });

  it('keeps the first 16 KiB of a body, and its connection up to 64 KiB', async () => {
    const before = tools.receiver.connections();
    const single = tools.sender({ connectionsPerOrigin: 1 });
    tools.receiver.on('/b', bigBody(65_536));
    for (let n = 0; n < 2; n += 1) {
      const outcome = await single.send(request(tools.receiver.url('/b')));
      expect(outcome).toMatchObject({ errorCode: null, responseBodyTruncated: true });
      expect(outcome.responseBody).toBe('x'.repeat(16_384));
    }
    expect(tools.receiver.connections() - before).toBe(1);
  });

  it('without end is cut off, and its status counts', async () => {
    tools.receiver.on('/b', (_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('y'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const outcome = await tools.sender().send(request(tools.receiver.url('/b')));
    expect(outcome).toMatchObject({
      statusCode: 200,
      errorCode: null,
      responseBodyTruncated: true,
    });
    expect(outcome.responseBody).toBe('y'.repeat(16_384));
  });

  it('is text: a cut leaves no half character, what is no UTF-8 and NUL become U+FFFD', async () => {
    const small = tools.sender({ keepBytes: 5 });
    tools.receiver.on('/t', status(200, 'abc€€'));
    expect(await small.send(request(tools.receiver.url('/t')))).toMatchObject({
      responseBody: 'abc',
      responseBodyTruncated: true,
    });
    tools.receiver.on('/u', (_request, response) => {
      response.end(Buffer.from([0x61, 0x00, 0xff, 0x62, 0xe2, 0x82]));
    });
    expect(await tools.sender().send(request(tools.receiver.url('/u')))).toMatchObject({
      responseBody: 'a\uFFFD\uFFFDb\uFFFD',
      responseBodyTruncated: false,
    });
  });

  it('has at most 100 headers on record', async () => {
    const names = Array.from({ length: 300 }, (_, n): [string, string] => [`x-${n}`, 'v']);
    tools.receiver.on('/h', status(200, '', Object.fromEntries(names)));
    const outcome = await tools.sender().send(request(tools.receiver.url('/h')));
    expect(outcome.errorCode).toBeNull();
    expect(outcome.responseHeaders).toHaveLength(200);
  });
});

describe('the caller', () => {
  it('may end a send, whatever stage it is in', async () => {
    tools.receiver.on('/hang', hang());
    tools.receiver.on('/drip', drip(20));
    const sender = tools.sender();
    const aborting = new AbortController();
    const sends = ['/hang', '/drip'].map((path) =>
      sender.send(request(tools.receiver.url(path)), aborting.signal),
    );
    const ended = Promise.all(sends.map((send) => expect(send).rejects.toThrow(AbortedSend)));
    await tools.receiver.waitForRequests('/hang', 1);
    await tools.receiver.waitForRequests('/drip', 1);
    aborting.abort();
    await ended;
    await expect(sender.send(request(tools.receiver.url('/a')), aborting.signal)).rejects.toThrow(
      AbortedSend,
    );
    expect(tools.receiver.requests('/a')).toHaveLength(0);
  });

  it('may close the sender: what is under way ends', async () => {
    tools.receiver.on('/hang', hang());
    const sender = tools.sender();
    const ended = expect(sender.send(request(tools.receiver.url('/hang')))).rejects.toThrow(
      AbortedSend,
    );
    await tools.receiver.waitForRequests('/hang', 1);
    await sender.close();
    await ended;
    await expect(sender.send(request(tools.receiver.url('/a')))).rejects.toThrow(AbortedSend);
  });

  it('hears of a request that cannot be made as an outcome, without its values', async () => {
    const bad = {
      ...request(tools.receiver.url('/a')),
      headers: ['authorization', `${SECRET}\r\nx: y`],
    };
    for (const outcome of [
      await tools.sender().send(bad),
      await tools.sender().send(request('no url')),
      await tools.sender().send(request('ftp://127.0.0.1/')),
    ]) {
      expect(outcome).toMatchObject({ statusCode: null, errorCode: 'CONNECTION' });
      expect(outcome.errorMessage).not.toContain(SECRET);
      expect(outcome.errorMessage).toContain('check the webhook’s URL and its headers');
    }
  });
});
