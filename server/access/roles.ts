import type { Caller } from './caller.ts';

/** What a caller may do. */
export interface Permissions {
  /** See webhooks, events, deliveries and stats. */
  read: boolean;
  /** Change them. */
  write: boolean;
  /** Trigger events, and read what the trigger returns. */
  trigger: boolean;
  /** See, make and revoke API keys. */
  manageKeys: boolean;
  /** Has a good key. */
  caller: boolean;
}

/** The one place that says what a role allows (contract.graphql, enum Role). */
export function permissionsOf(caller: Caller | null): Permissions {
  const role = caller?.role;
  const operates = role === 'ADMIN' || role === 'OPERATOR';
  return {
    read: operates || role === 'VIEWER',
    write: operates,
    trigger: operates || role === 'PUBLISHER',
    manageKeys: role === 'ADMIN',
    caller: role !== undefined,
  };
}
