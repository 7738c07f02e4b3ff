/** How often each step is killed at: 20 takes half an hour on two slow cores. */
export const FAULT_ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 3);
/** Another one makes another schedule; the same one makes the same again. */
export const FAULT_SEED = Number(process.env['FAULT_SEED'] ?? 20_261_129);
