import { DEFAULT_BLOCKED_PORTS } from './domain/address/blocked-ports.ts';
import type { RetryPolicy } from './domain/delivery/retry-schedule.ts';
import { healthPolicy, type HealthPolicy } from './domain/delivery/webhook-health.ts';
import { variables } from './env-variables.ts';
import type { SecretKeys } from './domain/sealed-secret.ts';

/**
 * The only reader of the environment. Every fault of the configuration is reported at once,
 * each with the variable's name and how to correct it. A variable that is set but empty counts as set.
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

/** How the process is set up, whole and checked. Times are in the units that the names end with. */
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
  secretKeys: SecretKeys | null;
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
  /** Ports that no delivery goes to. */
  blockedPorts: readonly number[];
  httpsOnly: boolean;
  /** Attempts in flight in one worker, over all webhooks. */
  workerConcurrency: number;
  /** Attempts in flight in one worker for one webhook. */
  webhookConcurrency: number;
}

/** Which operations the API takes. */
export interface OperationRules {
  /** Whether introspection is allowed. */
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
  /** Bad keys, codes and sessions that one client's address may show before it is slowed. */
  badKeysPerMinute: number;
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
    secretKeys: set.SECRET_KEY ?? null,
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
      blockedPorts: set.DELIVERY_BLOCKED_PORTS ?? DEFAULT_BLOCKED_PORTS,
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
      badKeysPerMinute: set.MAX_BAD_KEYS_PER_MINUTE ?? 50,
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
