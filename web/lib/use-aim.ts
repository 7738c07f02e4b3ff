import { useCallback, useEffect, useRef, useState } from 'react';

/** As long as the pointer rests, it is no longer taken to aim at a row. */
const AIM_MS = 1_500;

/** Whether the pointer (or `j` and `k`) has just moved over the rows; `aim` says that it did. */
export function useAim(): { isAiming: boolean; aim: () => void } {
  const [isAiming, setAiming] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const aim = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAiming(false), AIM_MS);
    setAiming(true);
  }, []);
  return { isAiming, aim };
}
