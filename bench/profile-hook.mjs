// Loaded into a process before all else: profiles it from its start to its end.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 500 });
session.post('Profiler.start');
process.once('exit', () => {
  session.post('Profiler.stop', (_error, { profile }) => {
    const folder = process.env['NEXUS_BENCH_FOLDER'];
    writeFileSync(
      `${folder}/${process.env['ROLE']}-${process.pid}.cpuprofile`,
      JSON.stringify(profile),
    );
  });
});
