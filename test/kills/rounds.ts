/** How often each step is killed at. */
export const FAULT_ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 20);
/** Another one makes another schedule; the same one makes the same again. */
export const FAULT_SEED = Number(process.env['FAULT_SEED'] ?? 20_261_129);
