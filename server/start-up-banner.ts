import type { Application } from './application.ts';
import type { Configuration } from './env.ts';

/** What a person who started it wants to see: where it is, and the key, shown this once. */
export function bannerOf(configuration: Configuration, application: Application): string {
  const { address, newKey, signInCode } = application;
  const lines = [`NEXUS Webhooks is up (${configuration.mode}, role ${configuration.role})`, ''];
  if (configuration.role === 'worker') {
    lines.push(`  Health     ${address}/health/ready`);
    return [...lines, ''].join('\n');
  }
  lines.push(
    `  Address    ${address}`,
    `  Web app    ${address}/`,
    ...(signInCode === null ? [] : [`  Sign in    ${address}/sign-in#code=${signInCode}`]),
    `  GraphiQL   ${address}/graphql`,
    `  WebSocket  ${address.replace(/^http/, 'ws')}/graphql`,
  );
  if (newKey !== null) lines.push(`  Admin key  ${newKey}`);
  if (signInCode !== null) lines.push('', 'The sign-in link signs in once, within an hour.');
  if (newKey !== null) lines.push('', 'Keep the admin key: it is shown this once.');
  if (configuration.delivery.allowedCidrs.length > 0) {
    const opened = configuration.delivery.allowedCidrs.join(', ');
    lines.push(
      '',
      `Deliveries may reach addresses that are not public: ${opened} (DELIVERY_ALLOWED_CIDRS).`,
    );
  }
  return [...lines, ''].join('\n');
}
