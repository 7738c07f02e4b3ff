/** How many headers of its own a webhook may set. */
export const MAX_HEADERS = 20;
/** Bytes of one header, name and value together. */
export const MAX_HEADER_BYTES = 4_096;

/** What is wrong with one header of a list. The message never repeats a value. */
export interface HeaderFault {
  index: number;
  part: 'name' | 'value';
  message: string;
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Stricter than RFC 9110, section 5.5: nothing beyond ASCII, and no space that a sender would trim. */
const VALUE = /^([!-~]([\t -~]*[!-~])?)?$/;

/** Set by this program for each delivery, or decided by how it sends and reads. */
const OURS = new Set([
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'user-agent',
]);
const OUR_PREFIXES = ['x-webhook-', 'webhook-'];

/** RFC 9110, sections 7.6.1 and 10.1.1: they speak of one connection, not of the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const HOP_BY_HOP_PREFIXES = ['proxy-'];

/**
 * Checks the headers that a webhook sets for its requests.
 * @param headers a value that is null or left out (kept as it was) is not looked at.
 * @returns every fault found; none where the list may be used.
 */
export function checkHeaders(
  headers: readonly { name: string; value?: string | null | undefined }[],
): HeaderFault[] {
  const faults: HeaderFault[] = [];
  const seen = new Set<string>();
  for (const [index, { name, value }] of headers.entries()) {
    if (index === MAX_HEADERS) {
      faults.push({ index, part: 'name', message: `at most ${MAX_HEADERS} headers may be set` });
      break;
    }
    const lowerName = name.toLowerCase();
    const nameFault = findNameFault(name, lowerName);
    if (nameFault !== null) {
      faults.push({ index, part: 'name', message: nameFault });
    } else if (seen.has(lowerName)) {
      const message = `the header ${name} is set twice (names are the same whatever the case)`;
      faults.push({ index, part: 'name', message });
    }
    seen.add(lowerName);

    const valueFault = findValueFault(name, value ?? '');
    if (valueFault !== null) faults.push({ index, part: 'value', message: valueFault });
  }
  return faults;
}

function findNameFault(name: string, lowerName: string): string | null {
  if (name.length > MAX_HEADER_BYTES) return tooLong;
  if (!TOKEN.test(name)) {
    return "a header's name must be of letters, digits and !#$%&'*+-.^_`|~ (RFC 9110)";
  }
  if (OURS.has(lowerName) || OUR_PREFIXES.some((prefix) => lowerName.startsWith(prefix))) {
    return `the header ${name} is set by the server`;
  }
  if (
    HOP_BY_HOP.has(lowerName) ||
    HOP_BY_HOP_PREFIXES.some((prefix) => lowerName.startsWith(prefix))
  ) {
    return `the header ${name} belongs to the connection, which the server keeps`;
  }
  return null;
}

function findValueFault(name: string, value: string): string | null {
  if (!VALUE.test(value)) {
    return "a header's value must be of printable ASCII characters, with spaces and tabs only inside";
  }
  return name.length <= MAX_HEADER_BYTES && name.length + value.length > MAX_HEADER_BYTES
    ? tooLong
    : null;
}

const tooLong = `a header must have ${MAX_HEADER_BYTES} bytes at most, name and value together`;
