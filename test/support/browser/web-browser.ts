import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';

import { chromiumPath, launchChromium } from './chromium.ts';

export type Theme = 'light' | 'dark';

/** How a page of the web app is opened. */
export interface PageOptions {
  /** Who signs in; null opens the page without a session. */
  key: string | null;
  /** Path and query; `/` if omitted. */
  path?: string;
  /** What the system asks for, which the app follows; light if omitted. */
  theme?: Theme;
  /** 1440 × 900 if omitted. */
  viewport?: { width: number; height: number };
  /** Animations are off if omitted: a test must not race them. */
  motion?: 'reduce' | 'no-preference';
}

/** Chromium for a group of tests: opens pages of the web app, and hears all that they complain of. */
export interface WebBrowser {
  /** Opens a page in a context of its own, which ends with the test. */
  openPage(address: string, options: PageOptions): Promise<Page>;
  /** Errors, violations of the policy and requests to other hosts since the test began. */
  complaints(): readonly string[];
  /** This test brings such complaints about on purpose. */
  expectComplaint(pattern: RegExp): void;
}

/** `describe` for tests with a browser: left out, and said so, where the machine has none. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (chromiumPath === null) describe.skip(`${title} (this machine has no Chromium)`, tests);
  else describe(title, tests);
}

/** Beside other tests on two cores everything takes its time. */
const PATIENCE_MS = 60_000;

/** Desktop and a phone, as the app is looked at. */
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 380, height: 800 };

const BUILT_APP = fileURLToPath(new URL('../../../dist/web/index.html', import.meta.url));

/** Beside what the console says of it by itself: which directive, and what broke it. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP: ' + event.effectiveDirective + ' forbids ' + event.blockedURI +
    ' at ' + event.sourceFile + ':' + event.lineNumber));`;

/**
 * Call it in a `describeInBrowser`: launches Chromium before its tests. Each test fails that leaves
 * a complaint it did not expect.
 */
export function useWebBrowser(): WebBrowser {
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  let heard: string[] = [];
  let expected: RegExp[] = [];

  const complaints = () => heard.filter((text) => !expected.some((each) => each.test(text)));

  beforeAll(async () => {
    if (!existsSync(BUILT_APP)) throw new Error('dist/web is not built: run "npm run pretest"');
    browser = await launchChromium(chromiumPath ?? '');
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async ({ task }) => {
    const left = complaints();
    if (task.result?.state === 'fail') {
      const pages = contexts.flatMap((context) => context.pages());
      for (const [index, page] of pages.entries())
        await shoot(page, `failed ${task.name} ${index}`);
    }
    await Promise.all(contexts.map((context) => context.close()));
    [contexts, heard, expected] = [[], [], []];
    expect(left, 'complaints of the pages of this test').toEqual([]);
  });

  function listen(context: BrowserContext, address: string): void {
    const { host } = new URL(address);
    const note = (url: string) => {
      const to = new URL(url);
      if (to.host !== host && !['data:', 'blob:'].includes(to.protocol)) {
        heard.push(`request to ${to.host}: ${url}`);
      }
    };
    context.on('request', (request) => note(request.url()));
    context.on('page', (page) => page.on('websocket', (socket) => note(socket.url())));
    context.on('weberror', (error) => heard.push(`page error: ${error.error().message}`));
    context.on('console', (message) => {
      if (message.type() !== 'error') return;
      heard.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  return {
    complaints,
    expectComplaint: (pattern) => void expected.push(pattern),
    async openPage(address, { key, path = '/', theme = 'light', viewport, motion = 'reduce' }) {
      if (browser === undefined) throw new Error('Chromium is there only while tests run');
      const context = await browser.newContext({
        viewport: viewport ?? DESKTOP,
        colorScheme: theme,
        reducedMotion: motion,
      });
      contexts.push(context);
      context.setDefaultTimeout(PATIENCE_MS);
      listen(context, address);
      await context.addInitScript({ content: TELL_VIOLATIONS });
      if (key !== null) await signIn(context, address, key);
      const page = await context.newPage();
      await page.goto(address + path);
      return page;
    },
  };
}

async function signIn(context: BrowserContext, address: string, apiKey: string): Promise<void> {
  const answer = await context.request.post(`${address}/session`, { data: { apiKey } });
  if (!answer.ok()) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`);
}

/** Writes what the page shows into the folder SCREENSHOTS; does nothing where that is not set. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll('/', ' ')}.png`) });
}
