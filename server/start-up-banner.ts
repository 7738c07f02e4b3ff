import type { Application } from './application.ts';
import type { Configuration } from './env.ts';

/** What a person who started it wants to see: where it is, and the key, shown this once. */
export function bannerOf(configuration: Configuration, application: Application): string {
  const { address, newKey } = application;
  const lines = [`NEXUS Webhooks is up (${configuration.mode}, role ${configuration.role})`, ''];
  if (configuration.role === 'worker') {
    lines.push(`  Health     ${address}/health/ready`);
    return [...lines, ''].join('\n');
  }
  lines.push(
    `  Address    ${address}`,
    `  GraphiQL   ${address}/graphql`,
    `  WebSocket  ${address.replace(/^http/, 'ws')}/graphql`,
  );
  if (newKey !== null) {
    lines.push(`  Admin key  ${newKey}`, '', 'Keep the admin key: it is shown this once.');
  }
  if (configuration.delivery.allowedCidrs.length > 0) {
    const opened = configuration.delivery.allowedCidrs.join(', ');
    lines.push(
      '',
      `Deliveries may reach addresses that are not public: ${opened} (DELIVERY_ALLOWED_CIDRS).`,
    );
  }
  return [...lines, ''].join('\n');
}
