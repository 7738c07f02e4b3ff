import { EventEmitter } from 'node:events';

/**
 * Ends one send: undici takes it for a `signal`. An AbortController would do the same for some
 * 10 µs more each (a fifth of what a whole send costs), hence this.
 */
export class Cutoff extends EventEmitter {
  aborted = false;
  reason: Error | undefined;
  /** Where it stands in its group. */
  place = -1;

  /** Ends what listens with `reason`; the first reason stays. */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.emit('abort');
  }
}

/**
 * Cuts off all its members when one of its signals fires, with a single listener on each. A member
 * is in one group. (Not a Set: see under-way.ts.)
 */
export class CutoffGroup {
  readonly #members: Cutoff[] = [];

  constructor(signals: readonly AbortSignal[], reason: () => Error) {
    const abort = () => {
      for (const member of [...this.#members]) member.abort(reason());
    };
    for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  }

  add(member: Cutoff): void {
    member.place = this.#members.push(member) - 1;
  }

  /** Takes out a member: the last one takes its place. */
  delete(member: Cutoff): void {
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#members[member.place] = last;
    last.place = member.place;
  }
}
