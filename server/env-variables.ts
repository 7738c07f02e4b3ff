import { z } from 'zod';
import type { SecretKeys } from './domain/sealed-secret.ts';
import { isCidr } from './domain/address/address-rule.ts';
import { parseOrigin, parseUrl } from './domain/address/parsed-url.ts';

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`);

const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, `must be a number from ${min} to ${max}, e.g. ${min || 0.5}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a number from ${min} to ${max}`);

const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((value) => value === 'true' || value === '1');

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (value) => protocols.includes(parseUrl(value)?.protocol ?? ''),
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );

const cidrs = list.refine(
  (parts) => parts.every(isCidr),
  'must be address ranges separated by commas, e.g. 10.0.0.0/8,fd00::/8',
);

const ports = list
  .refine(
    (parts) => parts.every((part) => /^\d{1,5}$/.test(part) && Number(part) <= 65_535),
    'must be ports separated by commas, e.g. 25,6379; empty for none',
  )
  .transform((parts) => parts.map(Number));

const origins = list
  .transform((parts) => parts.map(parseOrigin))
  .refine(
    (parts) => parts.every((part) => part !== null),
    'must be origins separated by commas, each a scheme and a host with no path, e.g. https://app.example,http://localhost:3000; there is no "*"',
  );

const secretKeys = list
  .refine(
    (parts) => parts.length > 0 && parts.every((part) => Buffer.from(part, 'base64').length === 32),
    'must be 32 random bytes in base64 (make one with: openssl rand -base64 32), or several such keys separated by commas, the current one first',
  )
  .transform(([current = '', ...others]): SecretKeys => [
    Buffer.from(current, 'base64'),
    ...others.map((other) => Buffer.from(other, 'base64')),
  ]);

/** Every variable that is read, with what it may hold. */
export const variables = z.object({
  HOST: z.string().min(1, 'must be an address to listen on, e.g. 127.0.0.1').optional(),
  PORT: integer(0, 65_535).optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  ROLE: z.enum(['all', 'api', 'worker'], 'must be all, api or worker').optional(),
  DATA_DIR: z.string().min(1, 'must be a folder, e.g. .data').optional(),
  SECRET_KEY: secretKeys.optional(),
  BOOTSTRAP_API_KEY: z
    .string()
    .min(16, 'must have 16 characters or more')
    .max(512, 'must have 512 characters at most')
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII with no spaces, for it travels in a header')
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .optional(),
  WEBHOOK_TIMEOUT: decimal(0.05, 120).optional(),
  MAX_RETRY_ATTEMPTS: integer(1, 20).optional(),
  RETRY_BACKOFF_FACTOR: decimal(1, 10).optional(),
  INITIAL_RETRY_DELAY: decimal(0, 86_400).optional(),
  RETRY_JITTER: decimal(0, 0.5).optional(),
  LOG_RETENTION_DAYS: decimal(0.001, 3_650).optional(),
  CIRCUIT_BREAKER_FAILURES: integer(0, 10_000).optional(),
  AUTO_DISABLE_AFTER: decimal(0, 365).optional(),
  DELIVERY_ALLOWED_CIDRS: cidrs.optional(),
  DELIVERY_BLOCKED_PORTS: ports.optional(),
  DELIVERY_HTTPS_ONLY: flag.optional(),
  WORKER_CONCURRENCY: integer(1, 10_000).optional(),
  WEBHOOK_CONCURRENCY: integer(1, 1_000).optional(),
  ALLOWED_ORIGINS: origins.optional(),
  KEEP_ALIVE_TIMEOUT: decimal(1, 3_600).optional(),
  INTROSPECTION: flag.optional(),
  PERSISTED_OPERATIONS: z.string().min(1, 'must be a JSON file').optional(),
  PERSISTED_OPERATIONS_ONLY: flag.optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, 'must be 1 to 31 of a-z, 0-9 and _, a letter first')
    .optional(),
  DATABASE_POOL_SIZE: integer(2, 200).optional(),
  MAX_PAYLOAD_BYTES: integer(1_024, 1_048_576).optional(),
  MAX_BATCH_EVENTS: integer(1, 10_000).optional(),
  MAX_REQUEST_BYTES: integer(1_024, 67_108_864).optional(),
  MAX_MESSAGE_BYTES: integer(1_024, 16_777_216).optional(),
  MAX_SUBSCRIPTIONS_PER_SOCKET: integer(1, 1_000).optional(),
  MAX_KEYLESS_SOCKETS: integer(1, 100_000).optional(),
  MAX_KEYLESS_SOCKETS_PER_ADDRESS: integer(1, 100_000).optional(),
  TRUSTED_PROXIES: cidrs.optional(),
  MAX_BAD_KEYS_PER_MINUTE: integer(1, 1_000_000).optional(),
  MAX_ANSWER_BYTES: integer(65_536, 268_435_456).optional(),
  OPERATION_TIMEOUT: decimal(0.1, 300).optional(),
  GRAPHQL_MAX_DEPTH: integer(3, 100).optional(),
  GRAPHQL_MAX_ALIASES: integer(1, 1_000).optional(),
  GRAPHQL_MAX_TOKENS: integer(100, 100_000).optional(),
  GRAPHQL_MAX_COST: integer(100, 10_000_000).optional(),
});
