import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

/** The Redis of this test run; all test files share it. */
export function testRedisUrl(): string {
  return inject('redisUrl');
}

/** Keeps what one test puts into Redis apart from all others; fit for QUEUE_PREFIX. */
export function testQueuePrefix(): string {
  return `t${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}
