import { existsSync } from 'node:fs';

import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The machine's Chromium, its lightest one; null where it has none. */
export const chromiumPath = CANDIDATES.find((path) => existsSync(path)) ?? null;

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts it with a profile of its own, as root too. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGS });
}

/** Starts it with its profile in this folder, where it writes down the port for other tools. */
export function launchChromiumProfile(
  executablePath: string,
  folder: string,
): Promise<BrowserContext> {
  const args = [...ARGS, '--remote-debugging-port=0'];
  return chromium.launchPersistentContext(folder, { executablePath, args });
}
