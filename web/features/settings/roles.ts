import type { graphql } from '../../graphql/graphql.ts';

export type Role = ReturnType<typeof graphql.scalar<'Role'>>;

/** What each role may do, as schema.graphql has it, with the least first. */
export const ROLES: readonly { role: Role; may: string }[] = [
  { role: 'VIEWER', may: 'Reads webhooks, events, deliveries and stats, and nothing else.' },
  {
    role: 'PUBLISHER',
    may: 'Triggers events from your own code. Cannot sign in here.',
  },
  { role: 'OPERATOR', may: 'Reads and writes webhooks, events and deliveries.' },
  { role: 'ADMIN', may: 'Full access, including API keys.' },
];

/** `Viewer` for `VIEWER`. */
export function roleName(role: Role): string {
  return role.charAt(0) + role.slice(1).toLowerCase();
}
