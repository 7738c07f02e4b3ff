import { FetchError } from 'ofetch';
import { errors } from 'undici';
import { blockedPortMessage } from '../../domain/address/blocked-ports.ts';
import type { AttemptErrorCode } from '../../domain/delivery/delivery-states.ts';
import { BlockedAddress, BlockedPort } from './guarded-connector.ts';
import { InterimOverflow } from './interim-answers.ts';

/** Why an attempt failed, as it goes on record: a code, and a sentence that says what to do. */
export interface SendFault {
  code: AttemptErrorCode;
  message: string;
}

/** What a fault is described with. None of it is secret: of the URL, the host alone is shown. */
export interface FaultContext {
  /** Name or address, without port. */
  host: string;
  timeoutMs: number;
  /** Of the answer that had begun when the fault came; null where none had. */
  statusCode: number | null;
}

/** The attempt's whole time is over. */
export class AttemptTimeout extends Error {
  constructor() {
    super('the attempt took too long');
    this.name = 'AttemptTimeout';
  }
}

/** Longest message kept, in characters. */
const MESSAGE_LENGTH = 300;

/** What ofetch wraps, or the error itself. */
export function causeOf(error: unknown): unknown {
  return error instanceof FetchError && error.cause !== undefined ? error.cause : error;
}

/** RFC 9110, section 15.4; 304 is none: it speaks of what a client has kept. */
const REDIRECTS = new Set([300, 301, 302, 303, 307, 308]);

/** The fault in an answer whose status is not 2xx; null where it is. RFC 9110, section 15. */
export function faultOfStatus(statusCode: number, location: string | null): SendFault | null {
  if (statusCode >= 200 && statusCode < 300) return null;
  const message = REDIRECTS.has(statusCode)
    ? `The receiver answered ${statusCode}${location === null ? '' : ` with a redirect to ${place(location)}`}; redirects are not followed, so set the webhook’s URL to where it leads.`
    : statusCode === 410
      ? 'The receiver answered 410 Gone: the endpoint wants no more deliveries.'
      : `The receiver answered ${statusCode}; only a status from 200 to 299 counts as received.`;
  return fault('HTTP_STATUS', message);
}

export const HTTPS_REQUIRED: SendFault = fault(
  'BLOCKED_ADDRESS',
  'Deliveries go to https:// addresses only: change the webhook’s URL, or set DELIVERY_HTTPS_ONLY=false.',
);

/** The fault behind an error of connecting, sending or reading. */
export function faultOf(error: unknown, context: FaultContext): SendFault {
  const { host, statusCode } = context;
  const seconds = `${context.timeoutMs / 1000} s`;
  if (error instanceof AttemptTimeout) {
    return fault(
      'TIMEOUT',
      statusCode === null
        ? `No answer from ${host} within ${seconds}: answer at once and do the work afterwards, or raise the webhook’s timeout.`
        : `${host} began to answer (${statusCode}) but had not ended after ${seconds}: send a short body and end it.`,
    );
  }
  if (error instanceof BlockedAddress) {
    const what = error.refusal === null ? 'resolves to an address inside' : `is ${error.refusal}`;
    return fault(
      'BLOCKED_ADDRESS',
      `${host} ${what} that deliveries may not reach; DELIVERY_ALLOWED_CIDRS opens ranges.`,
    );
  }
  if (error instanceof BlockedPort) {
    return fault('BLOCKED_ADDRESS', `Not sent: ${blockedPortMessage(error.port)}.`);
  }
  const code = codeOf(error);
  return (
    dnsFault(code, host) ??
    tlsFault(code, host) ??
    responseFault(code, error, host) ??
    connectionFault(code, context)
  );
}

function dnsFault(code: string, host: string): SendFault | null {
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return fault(
      'DNS',
      `The name ${host} does not resolve: check its spelling and its DNS records.`,
    );
  }
  return /^(EAI_|ESERVFAIL|EREFUSED|EBADNAME|EBADRESP)/.test(code)
    ? fault('DNS', `The name ${host} could not be resolved (${code}): check its DNS servers.`)
    : null;
}

const CERTIFICATE_FAULTS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has expired: renew it',
  CERT_NOT_YET_VALID: 'is not valid yet: check the receiver’s clock and the certificate’s dates',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed: use one of a public authority',
  SELF_SIGNED_CERT_IN_CHAIN:
    'ends in an authority that is not trusted: use one of a public authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'could not be traced to a trusted authority: send the intermediate certificates along',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'could not be verified: send the intermediate certificates along',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name: use one that names this host',
};

function tlsFault(code: string, host: string): SendFault | null {
  const words = CERTIFICATE_FAULTS[code];
  if (words !== undefined) return fault('TLS', `The certificate of ${host} ${words}.`);
  if (/^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXC)/.test(code)) {
    return fault('TLS', `The certificate of ${host} was refused (${code}): replace it.`);
  }
  return /^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)
    ? fault(
        'TLS',
        `No TLS connection with ${host} (${code}): check that the port speaks TLS 1.2 or 1.3.`,
      )
    : null;
}

function responseFault(code: string, error: unknown, host: string): SendFault | null {
  if (error instanceof InterimOverflow) {
    return fault(
      'INVALID_RESPONSE',
      `${host} sent informational answers (1xx) without end: send one status from 200 to 299.`,
    );
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return fault('INVALID_RESPONSE', `The headers of ${host}’s answer are over 16 KiB: send less.`);
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return fault(
      'INVALID_RESPONSE',
      `The body of ${host}’s answer is not as long as its content-length says.`,
    );
  }
  const unexpected = error instanceof Error && /^bad (response|upgrade)$/.test(error.message);
  return unexpected || code === 'HPE_INVALID'
    ? fault(
        'INVALID_RESPONSE',
        `What ${host} answered is not HTTP/1.1: check that the URL’s scheme and port are right.`,
      )
    : null;
}

const CONNECTION_FAULTS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: check that the receiver runs and listens on this port',
  EHOSTUNREACH: 'cannot be reached: check its address and firewall',
  ENETUNREACH: 'cannot be reached from this network: check its address',
  EADDRNOTAVAIL: 'cannot be reached from this machine: check its address and port',
};

const CONNECTION_ENDED = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'HPE_INVALID_EOF_STATE',
]);

function connectionFault(code: string, { host, statusCode }: FaultContext): SendFault {
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return fault('TIMEOUT', `No connection with ${host} in time: check its address and firewall.`);
  }
  if (/^(ERR_INVALID_URL|UND_ERR_(INVALID_ARG|NOT_SUPPORTED))$/.test(code)) {
    return fault(
      'CONNECTION',
      'The request could not be made: check the webhook’s URL and its headers.',
    );
  }
  const words = CONNECTION_FAULTS[code];
  if (words !== undefined) return fault('CONNECTION', `${host} ${words}.`);
  if (!CONNECTION_ENDED.has(code)) {
    return fault('CONNECTION', `The connection with ${host} failed${code && ` (${code})`}.`);
  }
  return fault(
    'CONNECTION',
    statusCode === null
      ? `${host} closed the connection before it answered: look for a crash or a proxy’s limit there.`
      : `${host} closed the connection in the middle of its answer (${statusCode}).`,
  );
}

function codeOf(error: unknown): string {
  // undici 7.30 leaves its parser's errors without their code.
  if (error instanceof errors.HTTPParserError) {
    return error.message.includes('EOF') ? 'HPE_INVALID_EOF_STATE' : 'HPE_INVALID';
  }
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** A Location without what may be secret in it: its query and credentials. */
function place(location: string): string {
  const [bare = ''] = location.split(/[?#]/, 1);
  return bare.replace(/\/\/[^/]*@/, '//').slice(0, 120);
}

function fault(code: AttemptErrorCode, message: string): SendFault {
  return {
    code,
    message: message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH - 1)}…` : message,
  };
}
