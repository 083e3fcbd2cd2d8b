/** Production start: read the settings, start, drain on SIGTERM, read policies and certificates again on SIGHUP. */
import { faultLine } from './adapters/telemetry/fault-line.ts';
import { startGateway } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';
import { GatewayError } from './domain/gateway-error.ts';

// A reader of the application log that goes away must not end the gateway.
process.stderr.on('error', () => undefined);

// INVARIANT: whatever goes wrong, no word of a request or an answer is written: Node would print an error's own words. What
// was under way when nobody foresaw what happened is in doubt, so nobody is served any more.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${faultLine(error, new Date())}\n`);
  process.exit(70);
});

try {
  const gateway = await startGateway(readConfig(process.env));
  const { logger, port, operationsPort } = gateway;
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ message: 'stopping' });
    await gateway.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {
    gateway.reloadPolicies();
    gateway.reloadCertificates();
  });

  gateway.poisoned.then((error) => {
    if (stopping) return;
    // INVARIANT: a doubtful write is final. Those who wait have their 503; nobody is served by this process again.
    logger.error({ message: 'the audit log met a doubtful write', why: error.message });
    setTimeout(() => process.exit(70), 200);
  });
  logger.info({ message: 'listening', port, operationsPort });
} catch (error) {
  // Before a port is open nothing of a caller is known here, so whatever stands in the way is told in its own words.
  const why = error instanceof Error ? error.message : 'something was thrown that is no error';
  const isWhole = error instanceof ConfigError || error instanceof GatewayError;
  process.stderr.write(isWhole ? `${why}\n` : `the gateway cannot start: ${why}\n`);
  process.exit(78);
}
