import { useLayoutEffect, useState } from 'react';

/** How rows are laid out, by how much room the list itself has. */
export type TableLayout = 'wide' | 'medium' | 'cards';

const WIDE_FROM_PX = 1_110;
const MEDIUM_FROM_PX = 740;

/** Every row of a layout is as high: 40 px in the tables, two lines in the cards. */
export const ROW_PX: Readonly<Record<TableLayout, number>> = { wide: 40, medium: 40, cards: 64 };

export const HEADER_PX = 36;

/** The tables' columns; header and rows share them. Rows that can be picked have 1.5 rem more at their left. */
export const COLUMNS: Readonly<Record<'wide' | 'medium', string>> = {
  wide: 'grid grid-cols-[5.5rem_minmax(11.5rem,1.1fr)_minmax(8rem,1fr)_minmax(8rem,1.2fr)_3.5rem_6.75rem_4rem_5rem_5.25rem] items-center gap-4 px-4',
  medium:
    'grid grid-cols-[5.5rem_minmax(8.5rem,1.3fr)_minmax(7rem,1fr)_3.5rem_8rem_5rem] items-center gap-4 px-4',
};

/** The layout that an element has room for; follows its width. */
export function useTableLayout(element: HTMLElement | null): TableLayout {
  const [layout, setLayout] = useState<TableLayout>('wide');
  useLayoutEffect(() => {
    if (element === null) return;
    const measure = () => setLayout(layoutFor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return layout;
}

function layoutFor(widthPx: number): TableLayout {
  if (widthPx >= WIDE_FROM_PX) return 'wide';
  return widthPx >= MEDIUM_FROM_PX ? 'medium' : 'cards';
}
