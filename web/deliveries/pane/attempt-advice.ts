import type { DeliveryDetail } from '../../live/delivery-detail.ts';

type Attempt = DeliveryDetail['attempts'][number];
export type AttemptErrorCode = NonNullable<Attempt['errorCode']>;
export type DeliveryFailureReason = NonNullable<DeliveryDetail['failureReason']>;

/** What happened, and what to do about it. */
export interface Advice {
  /** A few words, fit for a row. */
  title: string;
  advice: string;
}

const ERRORS: Record<Exclude<AttemptErrorCode, 'HTTP_STATUS'>, Advice> = {
  BLOCKED_ADDRESS: {
    title: 'Address not allowed',
    advice:
      'Point the webhook’s URL at a public address, or have whoever runs this installation allow this one.',
  },
  CONNECTION: {
    title: 'No connection',
    advice:
      'Check that the receiver is running, listens on this port and lets this server through its firewall.',
  },
  DNS: {
    title: 'Host not found',
    advice: 'Check the host name in the webhook’s URL for a typing error, then its DNS records.',
  },
  INVALID_RESPONSE: {
    title: 'Not an HTTP answer',
    advice: 'Check the URL’s scheme and port: something else than a web server may listen there.',
  },
  TIMEOUT: {
    title: 'Timed out',
    advice:
      'Let the receiver answer first and do its work afterwards; or raise the webhook’s timeout.',
  },
  TLS: {
    title: 'TLS refused',
    advice:
      'Fix the receiver’s certificate: it must be valid now, for this host, with its full chain.',
  },
};

const STATUSES: Record<number, Advice> = {
  400: {
    title: 'Bad request',
    advice:
      'The receiver did not like the request: its answer below may say what. Compare the body with what its code expects.',
  },
  401: {
    title: 'Unauthorized',
    advice:
      'The receiver wants other credentials, or takes the signature for wrong: check its signing secret and the webhook’s headers.',
  },
  403: {
    title: 'Forbidden',
    advice:
      'The receiver, or a firewall before it, turns this server away: check its signing secret and its allow list.',
  },
  404: {
    title: 'Not found',
    advice: 'The host answers, but not at this path: check the path of the webhook’s URL.',
  },
  405: {
    title: 'Method not allowed',
    advice: 'The receiver takes no POST at this path: check the path and the receiver’s routes.',
  },
  408: {
    title: 'Request timeout',
    advice: 'The receiver gave up reading the request: look for an overload or a slow proxy there.',
  },
  410: {
    title: 'Gone',
    advice:
      'With 410 an endpoint asks for no more deliveries, so the webhook was switched off. Switch it on again once the endpoint is back.',
  },
  413: {
    title: 'Body too large',
    advice: 'Raise the receiver’s limit on the size of a request’s body, or that of its proxy.',
  },
  429: {
    title: 'Too many requests',
    advice:
      'The receiver limits how often it is called. The next attempt waits as long as its Retry-After asks, up to an hour; raise the limit where this goes on.',
  },
  502: {
    title: 'Bad gateway',
    advice:
      'The proxy in front of the receiver got no valid answer from it: check that the receiver is running.',
  },
  503: {
    title: 'Unavailable',
    advice: 'The receiver is down or overloaded: check that it is running and has capacity.',
  },
  504: {
    title: 'Gateway timeout',
    advice:
      'The receiver was too slow for the proxy in front of it: answer first, then do the work.',
  },
};

const REDIRECT: Advice = {
  title: 'Redirect',
  advice: 'Redirects are not followed: set the webhook’s URL to the address it leads to.',
};
const CLIENT_ERROR: Advice = {
  title: 'Refused',
  advice: 'The receiver refused the request: its answer below may say why.',
};
const SERVER_ERROR: Advice = {
  title: 'Server error',
  advice: 'The receiver’s own code failed: look into its log at the time of this attempt.',
};
const OTHER_STATUS: Advice = {
  title: 'Unexpected status',
  advice: 'Only a status from 200 to 299 counts as received: let the receiver answer with one.',
};

const REASONS: Record<DeliveryFailureReason, Advice> = {
  ATTEMPTS_EXHAUSTED: {
    title: 'Given up: every attempt failed',
    advice:
      'Fix what the latest attempt shows, then retry: a new series of attempts starts at once.',
  },
  GONE: {
    title: 'Given up: the endpoint answered 410 Gone',
    advice:
      'It asks for no more deliveries, so the webhook was switched off. If that is a mistake, fix the receiver, switch the webhook on and retry.',
  },
  WEBHOOK_DELETED: {
    title: 'Given up: the webhook was deleted',
    advice:
      'The webhook was deleted, so it cannot be sent again. For events from now on, make a new webhook; the payload stays here to copy.',
  },
  WEBHOOK_INACTIVE: {
    title: 'Given up: the webhook was off when an attempt was due',
    advice: 'Switch the webhook on, then retry this delivery.',
  },
};

/** Words on a failed attempt; null where it succeeded. */
export function attemptAdvice(
  attempt: Pick<Attempt, 'errorCode' | 'responseStatusCode'>,
): Advice | null {
  const { errorCode, responseStatusCode } = attempt;
  if (errorCode === null) return null;
  return errorCode === 'HTTP_STATUS' ? statusAdvice(responseStatusCode) : ERRORS[errorCode];
}

function statusAdvice(status: number | null): Advice {
  if (status === null) return OTHER_STATUS;
  const known = STATUSES[status];
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) return REDIRECT;
  if (status >= 400 && status < 500) return CLIENT_ERROR;
  return status >= 500 && status < 600 ? SERVER_ERROR : OTHER_STATUS;
}

/**
 * Words on why a delivery was given up.
 * @param isDeleted whether its webhook was deleted since: then there is nothing to mend.
 */
export function failureAdvice(reason: DeliveryFailureReason, isDeleted = false): Advice {
  const { title } = REASONS[reason];
  return isDeleted ? { title, advice: REASONS.WEBHOOK_DELETED.advice } : REASONS[reason];
}

/**
 * The attempts whose advice is to be read: of those with the same, the newest; none where the words on
 * the delivery itself say it already.
 * @param attempts those that are unfolded, oldest first.
 */
export function attemptsWithAdvice(
  attempts: readonly Attempt[],
  failureReason: DeliveryFailureReason | null,
): ReadonlySet<string> {
  const newest = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const advice = attemptAdvice(attempt);
    if (advice !== null) newest.set(advice.title, attempt);
  }
  if (failureReason === 'GONE') newest.delete(STATUSES[410]?.title ?? '');
  return new Set([...newest.values()].map(({ id }) => id));
}
