import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';

import { ToastProvider } from './components/overlay/toast.tsx';
import { TooltipProvider } from './components/overlay/tooltip.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { useTheme } from './lib/theme.ts';
import { createAppRouter } from './router.tsx';

/** The whole app: toasts and tooltips around the sign-in, the sign-in around the pages. */
export function App() {
  // Pages without the switch, as the sign-in, follow the system too.
  useTheme();
  return (
    <TooltipProvider>
      <ToastProvider>
        <SessionGate>
          <Pages />
        </SessionGate>
      </ToastProvider>
    </TooltipProvider>
  );
}

function Pages() {
  const [router] = useState(createAppRouter);
  return <RouterProvider router={router} />;
}
