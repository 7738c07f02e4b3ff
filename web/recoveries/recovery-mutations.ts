import { graphql } from '../graphql/graphql.ts';
import { RecoveryStateFragment } from './recovery-state.ts';

/** Begins a recovery. */
export const CreateRecoveryMutation = graphql(
  `
    mutation CreateRecovery($input: RecoveryCreateInput!) {
      recoveryCreate(input: $input) {
        recovery {
          ...RecoveryState
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RecoveryStateFragment],
);

/** Stops one; what was put back goes its way. */
export const CancelRecoveryMutation = graphql(
  `
    mutation CancelRecovery($input: RecoveryCancelInput!) {
      recoveryCancel(input: $input) {
        recovery {
          ...RecoveryState
        }
        userErrors {
          message
        }
      }
    }
  `,
  [RecoveryStateFragment],
);
