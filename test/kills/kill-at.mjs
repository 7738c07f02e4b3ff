// Loaded into a process before all else: ends it as kill -9 does, in the middle of its work, when
// that passes a step for the so many'th time. KILL_AT is "<step>:<passing>": a step of
// server/steps.ts, or "sent": the request has gone out whole.
import { subscribe } from 'node:diagnostics_channel';

const [wanted, passing] = (process.env['KILL_AT'] ?? '').split(':');
let left = Number(passing);

function pass(step) {
  if (step !== wanted) return;
  left -= 1;
  // A signal to oneself is there before the next line.
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

subscribe('nexus.steps', ({ step }) => pass(step));
subscribe('undici:request:bodySent', () => pass('sent'));
