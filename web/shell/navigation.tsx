import { Link } from '@tanstack/react-router';
import {
  Activity,
  CalendarClock,
  History,
  LayoutDashboard,
  type LucideIcon,
  Settings,
  Shapes,
  SquareTerminal,
  Users,
  Webhook,
} from 'lucide-react';

interface Place {
  to:
    | '/'
    | '/webhooks'
    | '/deliveries'
    | '/events'
    | '/recoveries'
    | '/customers'
    | '/event-types'
    | '/settings';
  label: string;
  icon: LucideIcon;
  /** Whether there is room for it under a thumb; the others are reached from pages. */
  isMain: boolean;
}

const PLACES: readonly Place[] = [
  { to: '/', label: 'Dashboard', icon: LayoutDashboard, isMain: true },
  { to: '/deliveries', label: 'Deliveries', icon: Activity, isMain: true },
  { to: '/webhooks', label: 'Webhooks', icon: Webhook, isMain: true },
  { to: '/events', label: 'Events', icon: CalendarClock, isMain: true },
  { to: '/recoveries', label: 'Recoveries', icon: History, isMain: false },
  { to: '/customers', label: 'Customers', icon: Users, isMain: false },
  { to: '/event-types', label: 'Event types', icon: Shapes, isMain: false },
  { to: '/settings', label: 'Settings', icon: Settings, isMain: true },
];

const SIDE_LINK =
  'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-hover hover:text-ink';

/** At the side on a desk, at the bottom under a thumb. */
export function Navigation() {
  return (
    <>
      <nav
        aria-label="Main"
        className="sticky top-0 hidden h-dvh flex-col gap-1 border-r border-line bg-surface p-3 md:flex"
      >
        <Link to="/" className="mb-3 flex items-center gap-2.5 rounded-md px-2 py-1.5">
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span className="font-semibold tracking-tight">
            NEXUS <span className="font-normal text-muted">Webhooks</span>
          </span>
        </Link>
        {PLACES.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            activeProps={{ className: 'bg-accent-soft! text-ink! font-medium' }}
            className={SIDE_LINK}
          >
            <Icon aria-hidden size={16} />
            {label}
          </Link>
        ))}
        <a href="/graphql" target="_blank" rel="noreferrer" className={`${SIDE_LINK} mt-auto`}>
          <SquareTerminal aria-hidden size={16} />
          GraphiQL
        </a>
      </nav>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {PLACES.filter(({ isMain }) => isMain).map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            activeProps={{ className: 'text-accent! font-medium' }}
            className="flex h-14 flex-col items-center justify-center gap-1 text-xs text-muted"
          >
            <Icon aria-hidden size={18} />
            {label}
          </Link>
        ))}
      </nav>
    </>
  );
}
