import { z } from 'zod';
import { isCidr } from './domain/address-rule.ts';
import { parseOrigin, parseUrl } from './domain/parsed-url.ts';
import type { RetryPolicy } from './domain/retry-schedule.ts';
import { healthPolicy, type HealthPolicy } from './domain/webhook-health.ts';

/**
 * The only reader of the environment. Every fault of the configuration is told at once,
 * each with the variable's name and how to mend it. A variable that is set but empty counts as set.
 */

/** Thrown by {@link readConfiguration}; `faults` holds one line for each variable at fault. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

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

const origins = list
  .transform((parts) => parts.map(parseOrigin))
  .refine(
    (parts) => parts.every((part) => part !== null),
    'must be origins separated by commas, each a scheme and a host with no path, e.g. https://app.example,http://localhost:3000; there is no "*"',
  );

const secretKey = z
  .string()
  .refine(
    (value) => Buffer.from(value, 'base64').length === 32,
    'must be 32 random bytes in base64; make one with: openssl rand -base64 32',
  );

const variables = z.object({
  HOST: z.string().min(1, 'must be an address to listen on, e.g. 127.0.0.1').optional(),
  PORT: integer(0, 65_535).optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  ROLE: z.enum(['all', 'api', 'worker'], 'must be all, api or worker').optional(),
  DATA_DIR: z.string().min(1, 'must be a folder, e.g. .data').optional(),
  SECRET_KEY: secretKey.optional(),
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
  MAX_ANSWER_BYTES: integer(65_536, 268_435_456).optional(),
  OPERATION_TIMEOUT: decimal(0.1, 300).optional(),
  GRAPHQL_MAX_DEPTH: integer(3, 100).optional(),
  GRAPHQL_MAX_ALIASES: integer(1, 1_000).optional(),
  GRAPHQL_MAX_TOKENS: integer(100, 100_000).optional(),
  GRAPHQL_MAX_COST: integer(100, 10_000_000).optional(),
});

/** How the process is set up, whole and checked. Times are in the units that the names tell. */
export interface Configuration {
  /** embedded: its own PostgreSQL; postgres: `DATABASE_URL` alone; served: `REDIS_URL` too. */
  mode: 'embedded' | 'postgres' | 'served';
  role: 'all' | 'api' | 'worker';
  host: string;
  port: number;
  /** How long an idle connection of a client is kept, in seconds. */
  keepAliveSeconds: number;
  databaseUrl: string | null;
  redisUrl: string | null;
  databasePoolSize: number;
  /** Where embedded mode keeps its database and its keys. */
  dataDir: string;
  /** 32 bytes; null in embedded mode where the key is kept under `dataDir`. */
  secretKey: Buffer | null;
  bootstrapApiKey: string | null;
  logLevel: string;
  delivery: DeliveryConfiguration;
  limits: Limits;
  operations: OperationRules;
  /** Address ranges of proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Origins besides the server's own from which a browser may open a WebSocket. */
  allowedOrigins: readonly string[];
  /** Separates installations, or tests, that share one Redis. */
  queuePrefix: string;
}

export interface DeliveryConfiguration {
  defaultTimeoutSeconds: number;
  retry: RetryPolicy;
  /** When a webhook that fails is held back, and when it is switched off. */
  health: HealthPolicy;
  retentionDays: number;
  allowedCidrs: readonly string[];
  httpsOnly: boolean;
  /** Attempts in flight in one worker, over all webhooks. */
  workerConcurrency: number;
  /** Attempts in flight in one worker for one webhook. */
  webhookConcurrency: number;
}

/** Which operations the API takes. */
export interface OperationRules {
  /** Whether the schema may be asked for. */
  introspection: boolean;
  /** Whether none but those known beforehand are taken. */
  persistedOnly: boolean;
  /** A JSON file of known ones, beside the web app's own. */
  persistedFile: string | null;
}

export interface Limits {
  payloadBytes: number;
  batchEvents: number;
  requestBytes: number;
  messageBytes: number;
  subscriptionsPerSocket: number;
  /** Sockets that have shown no good key (yet), of a process and of one client's address. */
  keylessSockets: { perProcess: number; perAddress: number };
  /** Bytes of an answer's JSON, and seconds that an operation may take. */
  answer: { answerBytes: number; operationSeconds: number };
  graphql: { depth: number; aliases: number; tokens: number; cost: number };
}

/**
 * Reads and checks the configuration.
 * @throws ConfigurationError with every fault there is.
 */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    );
  }
  const set = parsed.data;
  const mode =
    set.DATABASE_URL === undefined
      ? 'embedded'
      : set.REDIS_URL === undefined
        ? 'postgres'
        : 'served';
  const embedded = mode === 'embedded';

  const faults: string[] = [];
  if (embedded && set.REDIS_URL !== undefined) {
    faults.push('REDIS_URL needs DATABASE_URL beside it; unset it to run embedded');
  }
  if (embedded && set.ROLE !== undefined && set.ROLE !== 'all') {
    faults.push(
      `ROLE=${set.ROLE} needs DATABASE_URL; embedded mode runs everything in one process`,
    );
  }
  if (!embedded && set.SECRET_KEY === undefined) {
    faults.push(
      'SECRET_KEY is required with DATABASE_URL: 32 random bytes in base64, the same for every process; make one with: openssl rand -base64 32',
    );
  }
  if (faults.length > 0) throw new ConfigurationError(faults);

  const retry: RetryPolicy = {
    maxAttempts: set.MAX_RETRY_ATTEMPTS ?? 5,
    initialDelaySeconds: set.INITIAL_RETRY_DELAY ?? 60,
    backoffFactor: set.RETRY_BACKOFF_FACTOR ?? 2,
    jitter: set.RETRY_JITTER ?? (embedded ? 0 : 0.1),
  };

  return {
    mode,
    role: set.ROLE ?? 'all',
    host: set.HOST ?? '127.0.0.1',
    port: set.PORT ?? 4000,
    // Longer than the 60 s of nginx and of most load balancers: whoever lets go first must not be us.
    keepAliveSeconds: set.KEEP_ALIVE_TIMEOUT ?? 75,
    databaseUrl: set.DATABASE_URL ?? null,
    redisUrl: set.REDIS_URL ?? null,
    databasePoolSize: set.DATABASE_POOL_SIZE ?? 10,
    dataDir: set.DATA_DIR ?? '.data',
    secretKey: set.SECRET_KEY === undefined ? null : Buffer.from(set.SECRET_KEY, 'base64'),
    bootstrapApiKey: set.BOOTSTRAP_API_KEY ?? null,
    logLevel: set.LOG_LEVEL ?? 'info',
    delivery: {
      defaultTimeoutSeconds: set.WEBHOOK_TIMEOUT ?? 30,
      retry,
      health: healthPolicy(retry, {
        circuitBreakerFailures: set.CIRCUIT_BREAKER_FAILURES ?? 20,
        autoDisableDays: set.AUTO_DISABLE_AFTER ?? (embedded ? 0 : 5),
      }),
      retentionDays: set.LOG_RETENTION_DAYS ?? 30,
      allowedCidrs: set.DELIVERY_ALLOWED_CIDRS ?? (embedded ? ['127.0.0.0/8', '::1/128'] : []),
      httpsOnly: set.DELIVERY_HTTPS_ONLY ?? !embedded,
      workerConcurrency: set.WORKER_CONCURRENCY ?? 1_024,
      webhookConcurrency: set.WEBHOOK_CONCURRENCY ?? 64,
    },
    limits: {
      payloadBytes: set.MAX_PAYLOAD_BYTES ?? 262_144,
      batchEvents: set.MAX_BATCH_EVENTS ?? 1_000,
      requestBytes: set.MAX_REQUEST_BYTES ?? 4_194_304,
      messageBytes: set.MAX_MESSAGE_BYTES ?? 524_288,
      subscriptionsPerSocket: set.MAX_SUBSCRIPTIONS_PER_SOCKET ?? 20,
      keylessSockets: {
        perProcess: set.MAX_KEYLESS_SOCKETS ?? 200,
        perAddress: set.MAX_KEYLESS_SOCKETS_PER_ADDRESS ?? 20,
      },
      answer: {
        answerBytes: set.MAX_ANSWER_BYTES ?? 8_388_608,
        operationSeconds: set.OPERATION_TIMEOUT ?? 10,
      },
      graphql: {
        depth: set.GRAPHQL_MAX_DEPTH ?? 15,
        aliases: set.GRAPHQL_MAX_ALIASES ?? 30,
        tokens: set.GRAPHQL_MAX_TOKENS ?? 2_000,
        cost: set.GRAPHQL_MAX_COST ?? 150_000,
      },
    },
    operations: {
      introspection: set.INTROSPECTION ?? true,
      persistedOnly: set.PERSISTED_OPERATIONS_ONLY ?? false,
      persistedFile: set.PERSISTED_OPERATIONS ?? null,
    },
    trustedProxies: set.TRUSTED_PROXIES ?? [],
    allowedOrigins: set.ALLOWED_ORIGINS ?? [],
    queuePrefix: set.QUEUE_PREFIX ?? 'nexus',
  };
}
