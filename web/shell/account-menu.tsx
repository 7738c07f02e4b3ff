import { LogOut, Monitor, Moon, Sun, SquareTerminal } from 'lucide-react';

import { Button } from '../components/form/button.tsx';
import { Menu } from '../components/overlay/menu.tsx';
import { useSession } from '../session/session.tsx';
import { useTheme } from '../lib/theme.ts';

/** Who is signed in, the theme, and the way out. */
export function AccountMenu() {
  const { viewer, signOut } = useSession();
  const { theme, setTheme } = useTheme();
  const { apiKey, tenant } = viewer;
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="sm">
          <span className="sr-only">Account and theme:</span>
          <span className="max-w-40 truncate">{tenant.name}</span>
          <span className="rounded bg-hover px-1.5 text-xs text-muted">
            {apiKey.role.toLowerCase()}
          </span>
        </Button>
      }
      items={[
        {
          label: 'Light theme',
          icon: Sun,
          onSelect: () => setTheme('light'),
          isOn: theme === 'light',
        },
        {
          label: 'Dark theme',
          icon: Moon,
          onSelect: () => setTheme('dark'),
          isOn: theme === 'dark',
        },
        {
          label: 'The system’s theme',
          icon: Monitor,
          onSelect: () => setTheme('system'),
          isOn: theme === 'system',
        },
        'separator',
        {
          label: 'GraphiQL',
          icon: SquareTerminal,
          onSelect: () => window.open('/graphql', '_blank'),
        },
        { label: 'Sign out', icon: LogOut, onSelect: () => void signOut() },
      ]}
    />
  );
}
