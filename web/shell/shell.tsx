import { Outlet, useNavigate } from '@tanstack/react-router';

import { useShortcut } from '../lib/keyboard/shortcuts.ts';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { LeftOutNote } from './left-out-note.tsx';
import { Navigation } from './navigation.tsx';
import { RunningRecovery } from './running-recovery.tsx';
import { QuickSearch } from './quick-search.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

/** The frame around every page: where one can go, whether it is live, and who is signed in. */
export function Shell() {
  useGoToShortcuts();
  return (
    <div className="grid min-h-dvh grid-cols-1 md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-accent-ink"
      >
        Skip to the page
      </a>
      <Navigation />
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-20 flex h-12 items-center justify-between gap-3 border-b border-line bg-canvas/90 px-4 backdrop-blur md:px-6">
          <span className="font-semibold md:hidden">NEXUS</span>
          <div className="flex min-w-0 items-center gap-3">
            <ConnectionBadge />
            <RunningRecovery />
          </div>
          <div className="flex items-center gap-1">
            <QuickSearch />
            <ShortcutsDialog />
            <AccountMenu />
          </div>
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="min-w-0 flex-1 px-4 pt-5 pb-24 outline-none md:px-6 md:pb-10"
        >
          <LeftOutNote />
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function useGoToShortcuts(): void {
  const navigate = useNavigate();
  const group = 'Go to';
  useShortcut({ keys: 'g d', label: 'Dashboard', group }, () => void navigate({ to: '/' }));
  useShortcut({ keys: 'g w', label: 'Webhooks', group }, () => void navigate({ to: '/webhooks' }));
  useShortcut(
    { keys: 'g l', label: 'Deliveries', group },
    () => void navigate({ to: '/deliveries' }),
  );
  useShortcut({ keys: 'g e', label: 'Events', group }, () => void navigate({ to: '/events' }));
  useShortcut(
    { keys: 'g r', label: 'Recoveries', group },
    () => void navigate({ to: '/recoveries' }),
  );
  useShortcut({ keys: 'g s', label: 'Settings', group }, () => void navigate({ to: '/settings' }));
}
