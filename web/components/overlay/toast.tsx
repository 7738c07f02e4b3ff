import { Toast as Radix } from 'radix-ui';
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';

import { ToastCard, type Toast } from './toast-card.tsx';

const MOST_SHOWN = 4;

interface Toasts {
  show: (toast: Toast) => void;
}

const ToastContext = createContext<Toasts | null>(null);

interface Shown extends Toast {
  key: number;
}

/** Once, around the whole app. Toasts stand at the bottom right, above a phone's navigation. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const nextKey = useRef(0);

  const show = useCallback((toast: Toast) => {
    nextKey.current += 1;
    const key = nextKey.current;
    setShown((before) => [...before.slice(1 - MOST_SHOWN), { ...toast, key }]);
  }, []);
  const toasts = useMemo(() => ({ show }), [show]);

  return (
    <ToastContext value={toasts}>
      <Radix.Provider label="Notification" swipeDirection="right">
        {children}
        {shown.map((toast) => (
          <ToastCard
            key={toast.key}
            toast={toast}
            onClose={() => setShown((before) => before.filter((each) => each.key !== toast.key))}
          />
        ))}
        <Radix.Viewport
          label="Notifications ({hotkey})"
          className="fixed right-4 bottom-4 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none max-md:bottom-[calc(4.5rem+env(safe-area-inset-bottom))]"
        />
      </Radix.Provider>
    </ToastContext>
  );
}

/** `show({ title, description?, tone?, action?, durationMs? })`: says that something was done. */
export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new Error('useToast needs a ToastProvider around it');
  return toasts;
}
