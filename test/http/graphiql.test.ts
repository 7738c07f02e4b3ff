import { readFileSync } from 'node:fs';

import { parse, validate } from 'graphql';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildSchema } from '../../server/graphql/schema.ts';
import { chromiumPath, launchChromium } from '../support/browser/chromium.ts';
import { waitFor } from '../support/wait.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

const html = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('the GraphiQL page', () => {
  it('is served to browsers, with and without a query in its address, and runs no inline script', async () => {
    for (const path of ['/graphql', '/graphql?query=%7Bviewer%7D']) {
      const response = await fetch(`${api.address}${path}`, html);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
      expect(await response.text()).not.toMatch(/<script(?![^>]* src="\/)/);
    }
  });

  it('has each of its files, and nothing beside them', async () => {
    const text = await (await fetch(`${api.address}/graphql`, html)).text();
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) {
      const response = await fetch(`${api.address}${path}`);
      expect(response.status).toBe(200);
      const etag = response.headers.get('etag') ?? '';
      await response.body?.cancel();
      const again = await fetch(`${api.address}${path}`, { headers: { 'if-none-match': etag } });
      expect(again.status).toBe(304);
    }
    for (const path of ['../server.ts', '%2e%2e/server.ts', '/etc/passwd', '']) {
      expect((await fetch(`${api.address}/graphiql-assets/${path}`)).status).toBe(404);
    }
  });
});

describe('its examples', () => {
  it('fit the schema', () => {
    const script = readFileSync(new URL('../../assets/graphiql/start.js', import.meta.url), 'utf8');
    const examples = [...script.matchAll(/Example = `([^`]+)`/g)].map(([, text]) => text ?? '');
    expect(examples).toHaveLength(2);
    const schema = buildSchema();
    for (const text of examples) expect(validate(schema, parse(text))).toEqual([]);
  });
});

describe.skipIf(chromiumPath === null)('GraphiQL in a browser', () => {
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium(chromiumPath ?? '');
    page = await browser.newPage();
    const note = (url: string) => {
      const { protocol, host } = new URL(url);
      const isOurs = host === new URL(api.address).host;
      if (!isOurs && !['data:', 'blob:'].includes(protocol)) outside.push(url);
    };
    page.on('request', (request) => note(request.url()));
    page.on('websocket', (socket) => note(socket.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${api.address}/graphql`);
    await page.locator('.graphiql-execute-button').waitFor();
  }, 60_000);
  afterAll(() => browser?.close());

  const editor = () => page.locator('.graphiql-query-editor .monaco-editor').first();
  const editorShows = (text: string) =>
    waitFor(async () => (await editor().innerText()).includes(text));
  /** The editor writes no-break spaces for spaces. */
  const answers = (text: string) =>
    waitFor(async () => {
      const shown = await page.locator('.graphiql-response').innerText();
      if (!shown.replaceAll('\u00a0', ' ').includes(text)) throw new Error(shown);
      return true;
    });

  it('says whose the key is, and runs its first example as it stands', async () => {
    await page.fill('#api-key', api.keys.ADMIN);
    await page.press('#api-key', 'Enter');
    await waitFor(async () => /ADMIN.* of served/.test(await page.innerText('#key-state')));

    await editorShows('FirstLook');
    await page.locator('.graphiql-execute-button').click();
    await answers('"installation"');
    await answers('0.0.0-test');
  });

  it('follows a subscription over its socket', async () => {
    const tab = page.locator('.graphiql-tab-button').nth(1);
    await tab.click();
    await editorShows('Live');
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('subscription Ticks { testTicks(count: 3) }');
    // It has read what the editor shows, and runs the first tab's operation no longer.
    await waitFor(async () => (await tab.innerText()).includes('Ticks'));
    await page.locator('.graphiql-execute-button').click();
    await answers('"testTicks": 3');
  });

  it('goes by the session of the web app where no key is given', async () => {
    const context = await browser.newContext();
    try {
      await context.request.post(`${api.address}/session`, { data: { apiKey: api.keys.VIEWER } });
      const signedIn = await context.newPage();
      await signedIn.goto(`${api.address}/graphql`);
      const state = () => signedIn.innerText('#key-state');
      await waitFor(async () => (await state()) === 'Signed in: VIEWER (VIEWER) of served.');
      await signedIn.locator('.graphiql-execute-button').click();
      const response = signedIn.locator('.graphiql-response');
      await waitFor(async () => (await response.innerText()).includes('0.0.0-test'));
    } finally {
      await context.close();
    }
  });

  it('asked nothing of any other server, kept the key out of its address, and met no error', () => {
    expect(outside).toEqual([]);
    expect(page.url()).toBe(`${api.address}/graphql`);
    expect(complaints).toEqual([]);
  });
});
