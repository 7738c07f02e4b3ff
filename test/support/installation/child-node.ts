import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** A node of its own that runs TypeScript, to be killed or to run as somebody else. */
export interface ChildNode {
  readonly pid: number;
  /** The next line of its standard output; fails, with its standard error, if it ends first. */
  nextLine(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Closes its standard input, by which a script may be told to end. */
  endInput(): void;
  readonly exited: Promise<number | null>;
}

export interface ChildNodeOptions {
  uid?: number;
  gid?: number;
  /** In a process group of its own, as a terminal makes it. */
  detached?: boolean;
}

/** Runs `script`, a module's text whose imports are relative to the project's folder. */
export function startChildNode(script: string, options: ChildNodeOptions = {}): ChildNode {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { ...options, cwd: PROJECT, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('node could not be started');
  return {
    pid,
    async nextLine() {
      const { done, value } = await lines.next();
      if (done) throw new Error(`The child node ended without a word: ${errors}`);
      return value;
    },
    kill: (signal) => child.kill(signal),
    endInput: () => child.stdin.end(),
    exited,
  };
}
