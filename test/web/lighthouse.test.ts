import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import lighthouse, { desktopConfig } from 'lighthouse';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { chromiumPath, launchProfile, type Profile } from '../support/chromium.ts';
import { seedTenant, SEED_ENV } from '../support/seeded-tenant.ts';
import { useStage } from '../support/stage.ts';
import { describeInBrowser } from '../support/web-browser.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const LEAST = 95;
