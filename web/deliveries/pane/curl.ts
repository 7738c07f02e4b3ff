/** A header as an attempt has it on record. */
interface SentHeader {
  readonly name: string;
  readonly value: string | null;
  readonly isSecret: boolean;
}

export interface SentRequest {
  url: string;
  headers: readonly SentHeader[];
  body: string;
  /** Its signatures were made for it, and hold as long as its timestamp. */
  isSigned?: boolean;
}

/** They hold for one timestamp, and that of an attempt has passed. */
const SIGNATURES = new Set(['webhook-signature', 'x-webhook-signature']);

/** Linux takes no single argument of 128 KiB or more; `printf` is the shell's own and has no bound. */
const LONGEST_ARGUMENT = 100_000;

/** The request as a command for a POSIX shell, without secrets, and without signatures that have expired. */
export function curlCommand({ url, headers, body, isSigned = false }: SentRequest): string {
  const isLong = body.length > LONGEST_ARGUMENT;
  const options = [
    // Else curl takes brackets and braces for a pattern of many addresses.
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    ...headers
      .filter(({ name }) => isSigned || !SIGNATURES.has(name.toLowerCase()))
      .map((header) => `-H ${quoted(headerLine(header))}`),
    isLong ? '--data-binary @-' : `--data-raw ${quoted(body)}`,
  ];
  const command = [`curl -X POST ${quoted(url)}`, ...options].join(' \\\n  ');
  return isLong ? `printf %s ${quoted(body)} | ${command}` : command;
}

function headerLine({ name, value, isSecret }: SentHeader): string {
  if (isSecret || value === null) return `${name}: <kept secret>`;
  // With a colon, curl would leave the header out.
  return value === '' ? `${name};` : `${name}: ${value}`;
}

/** One word of a POSIX shell: within single quotes nothing has a meaning but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
