/** The composition root: the only file that knows every adapter and joins them to one gateway. */
import { createAuthenticator } from './adapters/oidc/authenticator.ts';
import { bindReference, openReference } from './adapters/signing/bound-reference.ts';
import { openKeyRing } from './adapters/signing/key-ring.ts';
import { matchingCode } from './adapters/signing/matching-code.ts';
import { openSqliteReader } from './adapters/storage/sqlite/sqlite-reader.ts';
import { ExchangeLines } from './adapters/telemetry/exchange-lines.ts';
import { type Logger, makeLogger } from './adapters/telemetry/logger.ts';
import { type Metrics, makeMetrics } from './adapters/telemetry/metrics.ts';
import { createOutboundFetch } from './adapters/upstream/outbound-fetch.ts';
import { createUpstream, type UpstreamClient } from './adapters/upstream/upstream.ts';
import type { StartedLog } from './audit-log/start-log-writer.ts';
import type { Config } from './config.ts';
import type { PolicySet } from './domain/policy-set.ts';
import { CompiledDisclosures } from './exchange/compiled-disclosures.ts';
import { exchange } from './exchange/exchange.ts';
import { neverBackClock } from './exchange/never-back-clock.ts';
import type { Gateway } from './exchange/ports.ts';
import { type GatewayAppParts, gatewayApp } from './http/gateway-app.ts';
import { operationsApp } from './http/operations-app.ts';
import {
  protectedResourceMetadata,
  protectedResourceMetadataPath,
} from './http/protected-resource-metadata.ts';
import { RefusalFlood } from './http/refusal-flood.ts';
import { drain, listen, makeServer } from './http/server.ts';
import { standingHeaders } from './http/standing-headers.ts';
import { listEntries } from './listed-entries.ts';
import { outboundSettings } from './outbound.ts';
import { holdPeopleBack } from './people-held-back.ts';
import { readPinnedKeys } from './pinned-keys-file.ts';
import { PolicyUpkeep } from './policy-upkeep.ts';
import { receiptsOfExchange } from './receipts-of-exchange.ts';
import { startLog } from './start-log.ts';
import { summariseFloods } from './summarise-floods.ts';
import { readUpstreamSecrets } from './upstream-secrets-file.ts';

export interface RunningGateway {
  /** Ports that were taken. */
  readonly port: number;
  readonly operationsPort: number;
  readonly logger: Logger;
  /** Resolves when the log can never be written again: the process must end. */
  readonly poisoned: Promise<Error>;
  /** Reads the policy files again; resolves to whether they are in force. */
  reloadPolicies(): Promise<boolean>;
  /** Lets running exchanges finish, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. Rejects with a sentence where a key, the log or a port is not in order.
 *
 * @param now the clock that exchanges go by, in milliseconds since 1970 UTC.
 */
export async function startGateway(config: Config, now: () => number = Date.now): Promise<RunningGateway> {
  const logger = makeLogger(config.logLevel);
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const secrets = readUpstreamSecrets(config.upstreamSecretsFile);
  readPinnedKeys(config.pinnedKeysFile);
  const outbound = outboundSettings(config);
  const log = await startLog(config, keys.sealing);
  const reader = openSqliteReader(config.auditLogFile);
  const metrics = makeMetrics(() => ({ size: reader.state().size, waiting: log.log.waiting }));
  const clock = neverBackClock(now, log.newestAtMs, (byMs) => tellSetBack(byMs, log, logger, metrics));
  const upstream = createUpstream({ outbound, secrets });
  const upkeep = new PolicyUpkeep({
    config,
    reader,
    logger,
    append: log.notes.append,
    now: () => clock.now(),
    onTaken: (set) => tellTaken(set, upstream, logger),
  });
  const { policies } = upkeep;
  const small = createOutboundFetch(outbound);
  const heldBack = await holdPeopleBack({
    keys,
    reader,
    log,
    policies: () => policies.current(),
    now: Date.now,
  });
  const gateway: Gateway = {
    authenticator: createAuthenticator({
      organisations: () => policies.current()?.organisations.values() ?? [],
      version: () => policies.version,
      clock,
      fetch: small.fetch,
      onEvent: (event) => tellEvent(event.kind, logger, metrics),
    }),
    policies,
    references: {
      open: openReference(...[keys.matchingCodes, ...keys.olderMatchingCodes].map(({ bytes }) => bytes)),
    },
    log: log.log,
    upstream,
    disclosures: new CompiledDisclosures(
      bindReference(keys.matchingCodes.bytes),
      matchingCode(keys.matchingCodes.bytes),
      clock,
    ),
    screen: (permit) => heldBack.screen(permit),
    clock,
    drift: (dataset, undeclared) => metrics.countDrift(dataset, sum(undeclared.values())),
  };
  await upkeep.start();

  const flood = new RefusalFlood();
  const summaries = summariseFloods(flood, log, clock);
  const receipts = (authorization: string | undefined, id: string) =>
    receiptsOfExchange(authorization, id, {
      authenticator: gateway.authenticator,
      reader,
      signer: keys.receipts,
      origin: config.logOrigin,
      clock,
      noteRead: (records) => log.notes.append('read', { code: 'receipts', records }),
    });
  const consumers = makeServer(
    gatewayApp({ ...appParts(config, gateway, logger, metrics), flood, receipts }),
    config.tls,
  );
  const operations = makeServer(
    operationsApp({
      notReady: () => notReady(log, policies.current()),
      attention: () => upkeep.attention(),
      stops: { take: (order) => upkeep.stops.take(order), standing: () => upkeep.stops.standing() },
      metrics: () => metrics.text(),
      list: (query) => listEntries(query, reader, log),
      people: heldBack.order,
    }),
    undefined,
  );
  const close = async (): Promise<void> => {
    upkeep.stop();
    await drain(consumers, config.drainMs);
    await summaries.stop();
    heldBack.stop();
    await log.close();
    await Promise.all([upstream.close(), small.close(), drain(operations, 1000)]);
    reader.close();
  };
  try {
    const operationsPort = await listen(operations, config.operationsHost, config.operationsPort);
    const port = await listen(consumers, config.host, config.port);
    const reloadPolicies = () => policies.reload();
    return { port, operationsPort, logger, poisoned: log.poisoned, reloadPolicies, close };
  } catch (error) {
    // What was opened is closed in order, so that the log says of this run that it stopped.
    await close();
    throw error;
  }
}

/** What the operator should know of a set that is in force now. */
function tellTaken(set: PolicySet, upstream: UpstreamClient, logger: Logger): void {
  for (const dataset of set.datasets.values()) {
    for (const why of upstream.checkUpstream(dataset))
      logger.warn({ message: 'upstream', dataset: dataset.id, why });
  }
  const { organisations, datasets, agreements } = set;
  const counts = {
    organisations: organisations.size,
    datasets: datasets.size,
    agreements: agreements.length,
  };
  logger.info({ message: 'policies in force', sha256: set.sha256, ...counts });
}

function appParts(
  config: Config,
  gateway: Gateway,
  logger: Logger,
  metrics: Metrics,
): Omit<GatewayAppParts, 'flood' | 'receipts'> {
  const { clock, policies } = gateway;
  const lines = new ExchangeLines(logger);
  return {
    exchange: (knock, door) => exchange(knock, door, gateway),
    reply: {
      standing: standingHeaders(),
      operatorContact: config.operatorContact,
      resourceMetadata: `${config.origin}${protectedResourceMetadataPath(config.origin)}`,
    },
    now: () => clock.now(),
    resourceMetadata: () =>
      protectedResourceMetadata(
        { resource: config.origin },
        policies.current()?.organisations.values() ?? [],
      ),
    onOutcome: (outcome, startedMs) => {
      const ms = performance.now() - startedMs;
      metrics.countOutcome(outcome, ms);
      lines.add(outcome, ms);
    },
  };
}

function notReady(log: StartedLog, policies: PolicySet | undefined): string[] {
  const why: string[] = [];
  if (!log.log.alive) why.push('the audit log cannot write');
  if (policies === undefined) why.push('no policy set is in force');
  return why;
}

function tellSetBack(byMs: number, log: StartedLog, logger: Logger, metrics: Metrics): void {
  tellEvent('clock-set-back', logger, metrics);
  log.notes.append('alarm', { code: 'clock-set-back', records: Math.round(byMs) }).catch(() => undefined);
}

function tellEvent(event: string, logger: Logger, metrics: Metrics): void {
  metrics.countEvent(event);
  logger.warn({ message: 'event', event });
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
