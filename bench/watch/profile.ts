import { createHook } from './hooks.ts';

/** Where the CPU time of processes goes, by Node's own profiler; see {@link createHook}. */
export async function createProfiler() {
  const { env, collect } = await createHook('profile-hook.mjs');
  return {
    env,
    /** Prints the parts and functions that took most, of each process. */
    async print(): Promise<void> {
      for (const [name, text] of await collect()) {
        console.log(`\n${name}`);
        printProfile(JSON.parse(text));
      }
    },
  };
}

const MOST_PARTS = 24;
const MOST_FUNCTIONS = 70;

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

function printProfile({ nodes, samples, timeDeltas }: Profile): void {
  const selfTime = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    selfTime.set(id, (selfTime.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const byPart = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of nodes) {
    const time = selfTime.get(id) ?? 0;
    const { functionName, url, lineNumber } = callFrame;
    if (time === 0 || functionName === '(idle)') continue;
    busy += time;
    const part = partOf(url);
    add(byPart, part === '' ? functionName : part, time);
    const file = url.slice(url.lastIndexOf('/') + 1);
    add(byFunction, `${functionName || '(anonymous)'} ${part} ${file}:${lineNumber + 1}`, time);
  }
  const told = (map: Map<string, number>, most: number) =>
    [...map]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(5)} % ${name}`)
      .join('\n');
  console.log(`${Math.round(busy / 1_000)} ms of CPU, by part:\n${told(byPart, MOST_PARTS)}`);
  console.log(`by function:\n${told(byFunction, MOST_FUNCTIONS)}`);
}

/** A package, a folder of ours, or a module of Node's. */
function partOf(url: string): string {
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  const [, ours] = /(?:dist\/)?server\/([^/]+)/.exec(url) ?? [];
  return ours === undefined ? url.replace(/^file:.*\//, '') : `server/${ours}`;
}

function add(map: Map<string, number>, name: string, time: number): void {
  map.set(name, (map.get(name) ?? 0) + time);
}
