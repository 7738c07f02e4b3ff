import type { ServerResponse } from 'node:http';

/** What readiness checks. Each returns within `timeoutMs`, and never throws. */
export interface ReadinessProbes {
  database(timeoutMs: number): Promise<boolean>;
  queue(timeoutMs: number): Promise<boolean>;
}

const PROBE_TIMEOUT_MS = 2_000;

/** /health/live: the process serves. */
export function answerLive(response: ServerResponse): void {
  answer(response, 200, { status: 'live' });
}

/** /health/ready: 200 where the database and the queue answer, 503 where not or while going down. */
export async function answerReady(
  response: ServerResponse,
  probes: ReadinessProbes,
  isClosing: boolean,
): Promise<void> {
  const [database, queue] = await Promise.all([
    bounded(probes.database(PROBE_TIMEOUT_MS)),
    bounded(probes.queue(PROBE_TIMEOUT_MS)),
  ]);
  const ready = database && queue && !isClosing;
  const word = (isUp: boolean) => (isUp ? 'up' : 'down');
  answer(response, ready ? 200 : 503, {
    status: ready ? 'ready' : isClosing ? 'closing' : 'unready',
    database: word(database),
    queue: word(queue),
  });
}

/** A probe that keeps its promise late is a probe that fails. */
async function bounded(probe: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PROBE_TIMEOUT_MS, false);
  });
  try {
    return await Promise.race([probe.catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${JSON.stringify(body)}\n`);
}
