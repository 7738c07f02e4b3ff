import type { Page } from 'playwright-core';

/** How long the page's longest task took, in milliseconds. */
export interface LongestTask {
  /** As its reader feels it; on a busy machine most of it is waiting for a core. */
  wallMs: number;
  /** What it worked itself. */
  cpuMs: number;
}

interface TraceEvent {
  name?: string;
  ph?: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Runs `work` and returns the longest task of the page's main thread meanwhile. */
export async function longestTaskOf(page: Page, work: () => Promise<void>): Promise<LongestTask> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  await browser.startTracing(page, { categories: ['toplevel'] });
  await work();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ ph, pid, tid, dur }) => ph === 'X' && dur !== undefined && mains.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace holds no task of a page');
  const longest = (lengths: number[]) =>
    Math.round(lengths.reduce((most, each) => Math.max(most, each), 0) / 1_000);
  return {
    wallMs: longest(tasks.map(({ dur = 0 }) => dur)),
    cpuMs: longest(tasks.map(({ tdur = 0 }) => tdur)),
  };
}

/** What the rows of the deliveries page have shown since it was watched. */
export interface RowWatch {
  /** The rows as they are drawn: id, status and attempts. */
  shown(): Promise<string[]>;
  /** Rows that went back to fewer attempts, and how many changes of rows were drawn. */
  result(): Promise<{ backwards: string[]; seen: number }>;
}

/** Watches rows whose attempts only ever rise. */
export async function watchRows(page: Page): Promise<RowWatch> {
  const watch = await page.evaluateHandle(() => {
    const attempts = new Map<string, number>();
    const backwards: string[] = [];
    let seen = 0;
    const rows = () =>
      [...document.querySelectorAll('[role="row"]:has([role="cell"])')].map((row) => {
        const cells = [...row.querySelectorAll('[role="cell"]')].map((cell) => cell.textContent);
        return {
          id: row.querySelector('a')?.pathname.split('/').at(-1) ?? '',
          status: (cells[0] ?? '').toUpperCase(),
          attempts: Number.parseInt(cells[4] ?? '', 10),
        };
      });
    const look = () => {
      for (const row of rows()) {
        const before = attempts.get(row.id);
        if (before !== undefined && row.attempts < before) {
          backwards.push(`${row.id}: ${before}, then ${row.attempts}`);
        }
        if (before !== undefined && row.attempts !== before) seen += 1;
        attempts.set(row.id, row.attempts);
      }
    };
    const list = document.querySelector('[data-deliveries]');
    if (list === null) throw new Error('there is no list');
    new MutationObserver(look).observe(list, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    look();
    return {
      shown: () => rows().map((row) => `${row.id} ${row.status} ${row.attempts}`),
      result: () => ({ backwards, seen }),
    };
  });
  return {
    shown: () => watch.evaluate((each) => each.shown()),
    result: () => watch.evaluate((each) => each.result()),
  };
}
