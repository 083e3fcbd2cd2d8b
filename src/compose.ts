/** The composition root: the only file that knows every adapter and joins them to one gateway. */
import { randomUUID } from 'node:crypto';
import { createAuthenticator } from './adapters/oidc/authenticator.ts';
import { loadPolicyFolder } from './adapters/policies/policy-folder.ts';
import { bindReference, openReference } from './adapters/signing/bound-reference.ts';
import { openKeyRing } from './adapters/signing/key-ring.ts';
import { openSqliteReader } from './adapters/storage/sqlite/sqlite-reader.ts';
import { ExchangeLines } from './adapters/telemetry/exchange-lines.ts';
import { type Logger, makeLogger } from './adapters/telemetry/logger.ts';
import { type Metrics, makeMetrics } from './adapters/telemetry/metrics.ts';
import { createOutboundFetch } from './adapters/upstream/outbound-fetch.ts';
import { createUpstream, type UpstreamClient } from './adapters/upstream/upstream.ts';
import { type StartedLog, startLogWriter } from './audit-log/start-log-writer.ts';
import type { Config } from './config.ts';
import { mistakeInWords } from './domain/policy-mistakes.ts';
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
import { PoliciesInForce } from './policies-in-force.ts';
import { receiptsOfExchange } from './receipts-of-exchange.ts';
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

/** Starts a gateway. Rejects with a sentence where a key, the log or a port is not in order. */
export async function startGateway(config: Config): Promise<RunningGateway> {
  const logger = makeLogger(config.logLevel);
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const secrets = readUpstreamSecrets(config.upstreamSecretsFile);
  const outbound = outboundSettings(config);
  const log = await startLog(config, keys.sealing);
  const reader = openSqliteReader(config.auditLogFile);
  const metrics = makeMetrics(() => ({ size: reader.state().size, waiting: log.log.waiting }));
  const clock = neverBackClock(Date.now, log.newestAtMs, (byMs) => tellSetBack(byMs, log, logger, metrics));
  const upstream = createUpstream({ outbound, secrets });
  const policies = policiesInForce(config, log, upstream, logger);
  const small = createOutboundFetch(outbound);
  const gateway: Gateway = {
    authenticator: createAuthenticator({
      organisations: () => policies.current()?.organisations.values() ?? [],
      version: () => policies.current()?.sha256 ?? '',
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
    disclosures: new CompiledDisclosures(bindReference(keys.matchingCodes.bytes)),
    clock,
    drift: (dataset, undeclared) => metrics.countDrift(dataset, sum(undeclared.values())),
  };
  await policies.reload();

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
      notReady: () => notReady(log, policies),
      metrics: () => metrics.text(),
      list: (query) => listEntries(query, reader, log),
    }),
    undefined,
  );
  const close = async (): Promise<void> => {
    await drain(consumers, config.drainMs);
    await summaries.stop();
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

function startLog(config: Config, keys: Parameters<typeof startLogWriter>[0]['keys']): Promise<StartedLog> {
  return startLogWriter({
    threadUrl: new URL('./log-writer-thread.ts', import.meta.url),
    thread: {
      storeFile: config.auditLogFile,
      headFile: config.headFile,
      keysFolder: config.keysFolder,
      ...(config.auditLogMostMb === undefined ? {} : { mostPages: config.auditLogMostMb * PAGES_IN_A_MB }),
      started: {
        versions: { gateway: GATEWAY_VERSION, node: process.version, sqlite: process.versions['sqlite'] },
      },
    },
    origin: config.logOrigin,
    instance: config.instance,
    epoch: randomUUID(),
    keys,
    now: Date.now,
  });
}

const GATEWAY_VERSION = '0.1.0';
/** Pages of the store have 8 KiB. */
const PAGES_IN_A_MB = 128;

function policiesInForce(
  config: Config,
  log: StartedLog,
  upstream: UpstreamClient,
  logger: Logger,
): PoliciesInForce {
  return new PoliciesInForce({
    load: () => loadPolicyFolder(config.policiesFolder),
    onNew: (set) => takeUp(set, log, upstream, logger),
    onMistakes: (mistakes) => {
      for (const mistake of mistakes) logger.error({ message: 'policy files', why: mistakeInWords(mistake) });
    },
  });
}

/** A new policy set is an entry before it judges anything. */
async function takeUp(
  set: PolicySet,
  log: StartedLog,
  upstream: UpstreamClient,
  logger: Logger,
): Promise<void> {
  await log.notes.append('policies', { policies: set.sha256 });
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

function notReady(log: StartedLog, policies: PoliciesInForce): string[] {
  const why: string[] = [];
  if (!log.log.alive) why.push('the audit log cannot write');
  if (policies.current() === undefined) why.push('no policy set is in force');
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
