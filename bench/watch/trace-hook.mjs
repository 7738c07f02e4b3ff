// Loaded into a process before all else: writes down when its events and deliveries took which
// step (server/steps.ts), and leaves it in a file when the process ends.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';

const taken = [];

subscribe('nexus.steps', ({ step, about }) => {
  const at = performance.timeOrigin + performance.now();
  const eventId = about.variables?.input?.eventId;
  taken.push({ step, at, about: Array.isArray(about) ? about : [{ eventId }] });
});
process.once('exit', () => {
  const file = `${process.env['NEXUS_BENCH_FOLDER']}/${process.env['ROLE']}-${process.pid}.steps`;
  writeFileSync(file, JSON.stringify(taken));
});
