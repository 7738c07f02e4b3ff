import type { $Fetch } from 'ofetch';
import { Agent, errors } from 'undici';
import type { Dispatcher } from 'undici';
import type { AddressRule } from '../../domain/address/address-rule.ts';
import type { AttemptErrorCode } from '../../domain/delivery/delivery-states.ts';
import { parseUrl } from '../../domain/address/parsed-url.ts';
import { Cutoff, CutoffGroup } from './cutoff.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import type { ResolveAll } from './guarded-connector.ts';
import { createLeanFetch, LeanResponse } from './lean-fetch.ts';
import { LeanHeaders } from './lean-headers.ts';
import { captureBody, type CapturedBody } from './response-capture.ts';
import { AttemptTimeout, causeOf, faultOf, faultOfStatus, HTTPS_REQUIRED } from './send-fault.ts';

/** One POST, ready to go: the body is sent byte for byte, the headers as they are. */
export interface SendRequest {
  url: string;
  /** Names and values by turns, no name twice. */
  headers: readonly string[];
  body: string;
  /** For the whole attempt, from resolving the name to the answer's last byte. */
  timeoutMs: number;
}

/** What came of it. `errorCode` is null for a 2xx that came whole, or was cut at `readBytes`. */
export interface SendOutcome {
  startedAt: Date;
  durationMs: number;
  /** The whole head of the request as it went out, in the order and case of the wire: names and values by turns. */
  requestHeaders: readonly string[];
  /** Set as soon as a status came, also where the body then failed or took too long. */
  statusCode: number | null;
  /** The same of the answer: the first 100, names in lower case; a name that came twice is there twice. */
  responseHeaders: readonly string[];
  responseBody: string | null;
  responseBodyTruncated: boolean;
  errorCode: AttemptErrorCode | null;
  /** One sentence, at most 300 characters, with no secrets in it. */
  errorMessage: string | null;
  /** The answer's Retry-After and webhook-delivery as they came, whatever its status. */
  retryAfter: string | null;
  deliveryControl: string | null;
}

export interface HttpSender {
  /**
   * Never rejects for what a receiver does.
   * @throws AbortedSend where `signal` fires or the sender closes before the attempt has ended.
   */
  send(request: SendRequest, signal?: AbortSignal): Promise<SendOutcome>;
  /** Cuts off what is still being sent and ends all connections. */
  close(): Promise<void>;
}

export interface HttpSenderOptions {
  rule: AddressRule;
  /** Ports that are not connected to; none if omitted. */
  blockedPorts?: readonly number[];
  /** Refuses http:// URLs. */
  httpsOnly: boolean;
  /** Connections open to one origin at most; further sends wait for one, within their time. */
  connectionsPerOrigin?: number;
  /** Bytes of a response's body that are kept. */
  keepBytes?: number;
  /** Bytes of a response's body that are read before its connection is dropped. */
  readBytes?: number;
  /** Resolves names; the system's resolver if omitted. */
  resolve?: ResolveAll;
}

/** This side ended the send; whether the receiver got it is not known. */
export class AbortedSend extends Error {
  constructor() {
    super('the send was ended before its outcome was known');
    this.name = 'AbortedSend';
  }
}

const MAX_RESPONSE_HEADERS = 100;
const MAX_HEADER_BYTES = 16_384;
const CONNECT_TIMEOUT_MS = 10_000;

/** A connection that was let go while idle is noticed within one round trip of using it. */
const STALE_NOTICE_MS = 1_000;

/**
 * Sends deliveries over keep-alive connections of its own.
 *
 * A receiver may close an idle connection just as a send takes it up. Then nothing was answered,
 * and the send is made once more, at once, on a new connection, within the same attempt and time.
 * RFC 9110 (9.2.2) leaves that open where a repeat is known to be harmless: a delivery's id stays
 * the same, and the docs tell receivers to expect it twice. It is held to where a stale connection is
 * all but certain (it had carried an answer before, no byte came since, it broke within a second),
 * so that a receiver that fails is not sent to twice as often as the schedule says.
 */
export function createHttpSender(options: HttpSenderOptions): HttpSender {
  const { rule, httpsOnly, connectionsPerOrigin = 256 } = options;
  const limits = { keepBytes: options.keepBytes ?? 16_384, readBytes: options.readBytes ?? 65_536 };
  const connector = createGuardedConnector({
    rule,
    blockedPorts: new Set(options.blockedPorts),
    resolve: options.resolve,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
  const agentOptions = {
    connect: connector.connect,
    connections: connectionsPerOrigin,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Both start anew with each byte; the cutoff bounds the attempt as a whole.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveMaxTimeout: 60_000,
  };
  const agent = new Agent(agentOptions);
  const unpooled = new Agent({ ...agentOptions, pipelining: 0 });

  const [pooledFetch, unpooledFetch] = [createLeanFetch(agent), createLeanFetch(unpooled)];

  const closing = new AbortController();
  const abortedSend = () => new AbortedSend();
  const withoutSignal = new CutoffGroup([closing.signal], abortedSend);
  const groups = new WeakMap<AbortSignal, CutoffGroup>();
  const groupOf = (signal: AbortSignal): CutoffGroup => {
    const present = groups.get(signal);
    if (present !== undefined) return present;
    const group = new CutoffGroup([signal, closing.signal], abortedSend);
    groups.set(signal, group);
    return group;
  };

  async function exchange(request: SendRequest, outcome: SendOutcome, cutoff: Cutoff) {
    const post = (fetch: $Fetch) =>
      fetch.raw(request.url, {
        cutoff,
        method: 'POST',
        headers: LeanHeaders.of(request.headers),
        body: request.body,
        retry: 0,
        ignoreResponseError: true,
        responseType: 'stream',
        redirect: 'manual',
      });
    const sentAt = performance.now();
    const response = await post(pooledFetch).catch((error: unknown) => {
      const stale =
        connector.lostWhileIdle(causeOf(error), sentAt) &&
        performance.now() - sentAt < STALE_NOTICE_MS;
      if (!stale || cutoff.aborted) throw error;
      outcome.requestHeaders = onTheWire(request, 'close');
      return post(unpooledFetch);
    });
    if (!(response instanceof LeanResponse)) throw new TypeError('not an answer of lean fetch');

    const { statusCode, headers, body } = response.incoming;
    outcome.statusCode = statusCode;
    outcome.responseHeaders = listed(headers);
    outcome.retryAfter = firstOf(headers['retry-after']);
    outcome.deliveryControl = firstOf(headers['webhook-delivery']);
    const captured = HAVE_NO_BODY.has(statusCode)
      ? await emptyBody(body)
      : await captureBody(body, limits);
    outcome.responseBody = captured.text;
    outcome.responseBodyTruncated = captured.truncated;
    return faultOfStatus(statusCode, firstOf(headers['location']));
  }

  async function send(request: SendRequest, signal?: AbortSignal): Promise<SendOutcome> {
    if (signal?.aborted === true || closing.signal.aborted) throw new AbortedSend();
    const started = performance.now();
    const outcome = unanswered(request);
    const cutoff = new Cutoff();
    const timer = setTimeout(() => cutoff.abort(new AttemptTimeout()), request.timeoutMs);
    const group = signal === undefined ? withoutSignal : groupOf(signal);
    group.add(cutoff);
    let fault;
    try {
      fault =
        httpsOnly && !/^https:/i.test(request.url)
          ? HTTPS_REQUIRED
          : await exchange(request, outcome, cutoff);
    } catch (thrown) {
      const error = causeOf(thrown);
      if (error instanceof AbortedSend) throw error;
      fault = faultOf(error, {
        host: hostOf(rule, request.url),
        timeoutMs: request.timeoutMs,
        statusCode: outcome.statusCode,
      });
    } finally {
      clearTimeout(timer);
      group.delete(cutoff);
    }
    outcome.durationMs = Math.round(performance.now() - started);
    outcome.errorCode = fault?.code ?? null;
    outcome.errorMessage = fault?.message ?? null;
    return outcome;
  }

  return {
    send,
    async close() {
      closing.abort();
      await Promise.all([agent.destroy(), unpooled.destroy()]);
    },
  };
}

function unanswered(request: SendRequest): SendOutcome {
  return {
    startedAt: new Date(),
    durationMs: 0,
    requestHeaders: onTheWire(request, 'keep-alive'),
    statusCode: null,
    responseHeaders: [],
    responseBody: null,
    responseBodyTruncated: false,
    errorCode: null,
    errorMessage: null,
    retryAfter: null,
    deliveryControl: null,
  };
}

/** The headers that were given, between those that undici adds. */
function onTheWire({ url, headers, body }: SendRequest, connection: string): string[] {
  return [
    'host',
    hostIn(url),
    'connection',
    connection,
    ...headers,
    'content-length',
    String(Buffer.byteLength(body)),
  ];
}

/** Of a URL as `URL.href` writes it: parsing it again would cost more than the rest of its record. */
function hostIn(url: string): string {
  const start = url.indexOf('//') + 2;
  return url.slice(start, url.indexOf('/', start));
}

/** RFC 9112, section 6.3: their head is all there is, whatever content-length says. */
const HAVE_NO_BODY = new Set([204, 304]);

async function emptyBody(body: Dispatcher.ResponseData['body']): Promise<CapturedBody> {
  try {
    await body.dump();
  } catch (error) {
    // undici 7.30 would wait for as many bytes as content-length says.
    if (!(error instanceof errors.ResponseContentLengthMismatchError)) throw error;
  }
  return { text: '', truncated: false };
}

type IncomingHeaders = Dispatcher.ResponseData['headers'];

function listed(headers: IncomingHeaders): string[] {
  const fields: string[] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === 'string') fields.push(name, value);
    else for (const one of value ?? []) fields.push(name, one);
  }
  return fields.length > 2 * MAX_RESPONSE_HEADERS
    ? fields.slice(0, 2 * MAX_RESPONSE_HEADERS)
    : fields;
}

function firstOf(value: string | string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

function hostOf(rule: AddressRule, url: string): string {
  const hostname = parseUrl(url)?.hostname;
  if (hostname === undefined) return 'the receiver';
  return rule.literalOf(hostname) ?? hostname;
}
