import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import lighthouse, { desktopConfig } from 'lighthouse';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { chromiumPath, launchChromiumProfile } from '../support/chromium.ts';
import { seedTenant, SEED_ENV } from '../support/seeded-tenant.ts';
import { useStage } from '../support/stage.ts';
import { describeInBrowser } from '../support/web-browser.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const LEAST = 95;
const MOST_TRIES = 3;

describeInBrowser('Lighthouse', () => {
  const stage = useStage({ name: 'PostgreSQL alone', redis: false }, SEED_ENV);
  let folder: string;
  let context: BrowserContext | undefined;
  let port: number;

  beforeAll(async () => {
    const { key } = await seedTenant(stage);
    folder = await mkdtemp(join(tmpdir(), 'nexus-lighthouse-'));
    context = await launchChromiumProfile(chromiumPath ?? '', folder);
    // Lighthouse opens its tabs in the same profile: they are signed in.
    await context.request.post(`${stage.installation.address}/session`, { data: { apiKey: key } });
    port = Number.parseInt(await readFile(join(folder, 'DevToolsActivePort'), 'utf8'), 10);
  }, 90_000);
  afterAll(async () => {
    await context?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it(`gives the dashboard ${LEAST} or more for each category`, { timeout: 240_000 }, async () => {
    const tries = [await audit()];
    // Other tests on the same cores make a page slow that is not: then the median of three counts.
    while (performanceOf(tries.at(-1)) < LEAST && tries.length < MOST_TRIES) {
      tries.push(await audit());
    }
    const last = tries.at(-1);
    const performance = tries.map(performanceOf).sort((a, b) => a - b);
    console.log('Lighthouse:', tries);
    const counted: Record<string, number> = { ...last?.scores, performance: median(performance) };
    for (const category of CATEGORIES) {
      expect(counted[category], `${category}:\n${last?.lost.join('\n')}`).toBeGreaterThanOrEqual(
        LEAST,
      );
    }
  });

  /**
   * A load with an empty cache. Lighthouse's desktop preset *simulates* the network (40 ms, 10
   * Mbit/s) from what it saw, which depends less on this machine than a throttled one; the
   * processor's time is what it was, so a busy machine can only lower the score.
   */
  async function audit() {
    const result = await lighthouse(
      `${stage.installation.address}/`,
      { port, onlyCategories: CATEGORIES, logLevel: 'error' },
      desktopConfig,
    );
    if (result === undefined) throw new Error('Lighthouse had no result');
    const { categories, audits, environment, runtimeError } = result.lhr;
    expect(runtimeError).toBeUndefined();
    const scores = Object.fromEntries(
      Object.values(categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]),
    );
    const lost = Object.values(categories).flatMap(({ auditRefs }) =>
      auditRefs.flatMap(({ id, weight }) => {
        const found = audits[id];
        if (weight === 0 || found === undefined || (found.score ?? 1) >= 0.9) return [];
        return [`${id} ${found.score}: ${found.title} ${found.displayValue ?? ''}`];
      }),
    );
    return { scores, lost, machine: environment.benchmarkIndex };
  }
});

const performanceOf = (tried: { scores: Record<string, number> } | undefined) =>
  tried?.scores['performance'] ?? 0;

const median = (sorted: readonly number[]) => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
