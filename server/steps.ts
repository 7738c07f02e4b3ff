import { channel } from 'node:diagnostics_channel';

/** What is published of each step that an event and its deliveries take. */
export interface Steps {
  /** The request's body has been read. */
  read: GraphQLRequest;
  /** The caller is known. */
  known: GraphQLRequest;
  /** Events and their deliveries are kept. */
  inserted: readonly { eventId: string; deliveryIds: readonly string[] }[];
  /** The queue has taken a hint at these deliveries. */
  hinted: readonly string[];
  /** A worker has a job with these. */
  taken: readonly string[];
  claimed: readonly string[];
  /** The attempt begins. */
  sending: readonly string[];
  /** The receiver's answer has come whole, or what is in its place. */
  answered: readonly string[];
  recorded: readonly string[];
  /** The other processes have been told that something of these tenants changed. */
  announced: readonly string[];
}

interface GraphQLRequest {
  variables?: Record<string, unknown> | null | undefined;
}

const steps = channel('nexus.steps');

/**
 * Tells whoever measures (bench/watch/trace-hook.mjs), and who kills (test/kills/kill-at.mjs), of a step. Where nobody listens it costs a look at
 * a flag, and `about` is never called.
 */
export function traceStep<Step extends keyof Steps>(step: Step, about: () => Steps[Step]): void {
  if (steps.hasSubscribers) steps.publish({ step, about: about() });
}
