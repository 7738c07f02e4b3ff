import { useCallback, useState } from 'react';

/** An element's inner width, followed: give `ref` to the element. 0 until it is there. */
export function useElementWidth(): { ref: (element: Element | null) => void; width: number } {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: Element | null) => {
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
