// Loaded into a process before all else: profiles it, from when it has started and warmed up, to its end.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const STARTS_IN_MS = 5_000;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 500 });
setTimeout(() => session.post('Profiler.start'), STARTS_IN_MS).unref();
process.once('exit', () => {
  session.post('Profiler.stop', (error, stopped) => {
    if (error !== null) return;
    const file = `${process.env['NEXUS_BENCH_FOLDER']}/${process.env['ROLE']}-${process.pid}.cpuprofile`;
    writeFileSync(file, JSON.stringify(stopped.profile));
  });
});
