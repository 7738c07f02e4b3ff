import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of CPU that these processes have used so far, ended children of theirs among them. */
export function cpuOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    ticks += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  }
  // Linux counts in hundredths of a second (proc_pid_stat(5)).
  return ticks / 100;
}

/** The most memory that a process has held at once, in MB. */
export const peakMemoryOf = (pid: number) => megabytes(pid, 'VmHWM');

/** What it holds now. */
export const memoryOf = (pid: number) => megabytes(pid, 'VmRSS');

/** A line of proc_pid_status(5). */
function megabytes(pid: number, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** A process and all that it started. */
export function familyOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)[1] === String(pid));
  return [pid, ...children.flatMap(familyOf)];
}

/** The fields behind the name: state, parent … */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
