import type { Locator, Page } from 'playwright-core';

/** A row of the deliveries page as its reader sees it. */
export interface ShownRow {
  /** The delivery's global id. */
  id: string;
  /** In the app's words, e.g. `Success`. */
  status: string;
  eventType: string;
  eventId: string;
  webhook: string;
  isTest: boolean;
  /** Where it stands, in pixels from the top of the window. */
  top: number;
}

/** The list of the deliveries page, in the width of a desktop. */
export const deliveriesTable = (page: Page): Locator =>
  page.getByRole('table', { name: 'Deliveries', exact: true });

/** The row of one delivery, or its card where the list is narrow. */
export const deliveryRow = (page: Page, id: string): Locator =>
  page.locator(`:is([role="row"], [role="listitem"]):has(a[href*="/deliveries/${id}"])`);

/** All rows that are drawn, from top to bottom. */
export function shownRows(page: Page): Promise<ShownRow[]> {
  return page.locator('[role="row"]:has([role="cell"])').evaluateAll((rows) =>
    rows.map((row) => {
      const link = row.querySelector('a');
      const cells = [...row.querySelectorAll('[role="cell"]')].map((cell) => cell.textContent);
      return {
        id: link === null ? '' : (new URL(link.href).pathname.split('/').at(-1) ?? ''),
        status: cells[0] ?? '',
        eventType: link?.textContent ?? '',
        eventId: cells[2] ?? '',
        webhook: cells[3] ?? '',
        isTest: (cells[1] ?? '') !== (link?.textContent ?? ''),
        top: row.getBoundingClientRect().top,
      };
    }),
  );
}
