import { existsSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { startApplication } from './application.ts';
import {
  createTenantByHand,
  migrateBackByHand,
  migrateByHand,
  rotateSecretsByHand,
} from './commands.ts';
import { StartupError } from './faults/startup-error.ts';
import { ConfigurationError, readConfiguration, type Configuration } from './env.ts';
import { bannerOf } from './start-up-banner.ts';

/** A stop that takes longer than this is cut off; what was in flight is sent again after the next start. */
const STOP_WITHIN_MS = 19_000;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = readConfiguration(process.env);
  // Logs go to standard error: standard output is for the results of commands.
  const logger = pino({ level: configuration.logLevel }, pino.destination(2));
  const [command, ...rest] = process.argv.slice(2);
  switch (command) {
    case undefined:
      return serve(configuration, logger);
    case 'migrate':
      return print(await migrateByHand(configuration, logger));
    case 'migrate:back':
      return print(await migrateBackByHand(configuration, logger));
    case 'tenant:create':
      return print(await createTenantByHand(configuration, logger, rest));
    case 'secrets:rotate':
      return print(await rotateSecretsByHand(configuration, logger));
    default:
      throw new StartupError(
        `There is no command ${JSON.stringify(command)}; there are: migrate, migrate:back, secrets:rotate, tenant:create NAME, and none, which serves.`,
      );
  }
}

async function serve(configuration: Configuration, logger: Logger): Promise<void> {
  let wantsStop = false;
  let stop = () => {
    if (wantsStop) return;
    wantsStop = true;
    // The start may be waiting for what never comes.
    cutOffLateStop(logger);
  };
  // Two signals at once (a terminal's and npm's) are one stop.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());

  const application = await startApplication({ configuration, logger });
  let isStopping = false;
  const end = (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    logger.info('process.stopping');
    cutOffLateStop(logger);
    void application.stop().then(() => {
      logger.info('process.stopped');
      process.exit(exitCode);
    });
  };
  stop = () => end(0);
  application.onFatal((reason) => {
    logger.fatal({ reason }, 'process.cannot_go_on');
    end(1);
  });
  if (wantsStop) {
    stop();
    return;
  }
  print(bannerOf(configuration, application));
}

function cutOffLateStop(logger: Logger): void {
  setTimeout(() => {
    logger.error('process.stop_cut_off');
    process.exit(1);
  }, STOP_WITHIN_MS).unref();
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    for (const fault of error.faults) process.stderr.write(`Configuration: ${fault}\n`);
  } else if (error instanceof StartupError) {
    process.stderr.write(`${error.message}\n`);
  } else {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
  process.exit(1);
});
