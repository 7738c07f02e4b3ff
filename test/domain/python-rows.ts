import { readFileSync } from 'node:fs';

import { z } from 'zod';

const rows = z.array(z.object({ payload: z.string(), canonical: z.string() }));

/** Awkward payloads as a client may send them, and what Python's json makes of each (python-bodies.py). */
export const pythonRows = rows.parse(
  JSON.parse(readFileSync(new URL('python-bodies.json', import.meta.url), 'utf8')),
);
