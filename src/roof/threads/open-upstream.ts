/** The way to the providers of one thread of the gateway: the client, its secrets kept up with their files, what is told of it. */
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import type { BreakerState } from '../../adapters/upstream/circuit-breaker.ts';
import { createUpstream, type UpstreamClient } from '../../adapters/upstream/upstream.ts';
import type { Config } from '../../config.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { type WatchedCertificate, watchedIn } from '../settings/certificate-expiry.ts';
import { outboundSettings } from '../settings/outbound.ts';
import type { SecretsRead } from '../settings/upstream-secrets-file.ts';
import { tellEvent } from './tell-event.ts';
import { SecretsUpkeep } from './upstream-secrets-upkeep.ts';

export interface OpenUpstreamParts {
  readonly config: Config;
  /** As they were read at the start. */
  readonly secrets: SecretsRead;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Datasets in force, to be told of where other secrets keep them from being asked. */
  readonly datasets: () => Iterable<Dataset>;
}

export interface OpenUpstream {
  readonly client: UpstreamClient;
  /** Sentences about what is not as it should be: for the operator. */
  attention(): readonly string[];
  /** The certificates that the gateway shows to providers now. */
  certificates(): readonly WatchedCertificate[];
  close(): Promise<void>;
}

const STATES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half open': 1, open: 2 };

/** Opens it, and looks at the files of the secrets from then on. */
export function openUpstream(parts: OpenUpstreamParts): OpenUpstream {
  const { config, secrets, logger, metrics, datasets } = parts;
  const client = createUpstream({
    outbound: outboundSettings(config),
    secrets: secrets.secrets,
    onState: (origin, state) => tellState(hostOf(origin), state, logger, metrics),
  });
  const upkeep = new SecretsUpkeep({
    path: config.upstreamSecretsFile,
    read: secrets,
    onTaken: (taken) => {
      client.useSecrets(taken);
      logger.info({ message: 'upstream secrets taken up', secrets: taken.size });
      tellFaults(datasets(), client, logger);
    },
    onBroken: (mistakes) => {
      tellEvent('upstream-secrets-broken', logger, metrics);
      for (const why of mistakes) logger.warn({ message: 'upstream secrets cannot be used', why });
    },
  });
  measure(client, metrics);
  upkeep.start();
  return {
    client,
    attention: () => [
      ...upkeep.mistakes.map((why) => `${why}; the secrets that were read before are used`),
      ...client.load().filter(isNotAsked).map(paused),
    ],
    certificates: () =>
      [...upkeep.secrets].flatMap(([name, { certificate }]) =>
        watchedIn(
          certificate?.chain ?? '',
          `upstream ${name}`,
          `the certificate of the upstream secret ${name}`,
        ),
      ),
    async close() {
      upkeep.stop();
      await client.close();
    },
  };
}

/** Warns of datasets that cannot be asked as things are. */
export function tellFaults(datasets: Iterable<Dataset>, client: UpstreamClient, logger: Logger): void {
  for (const dataset of datasets) {
    for (const why of client.checkUpstream(dataset))
      logger.warn({ message: 'upstream', dataset: dataset.id, why });
  }
}

function measure(client: UpstreamClient, metrics: Metrics): void {
  const gauge = (
    name: string,
    help: string,
    together: 'sum' | 'max',
    of: (one: ReturnType<UpstreamClient['load']>[number]) => number,
  ): void =>
    metrics.watchEach({
      ...{ name, help, together, label: 'upstream' },
      read: () => client.load().map((one) => [hostOf(one.origin), of(one)] as const),
    });
  gauge(
    'gateway_upstream_calls',
    'Requests that are with a provider, or wait to be',
    'sum',
    ({ calls }) => calls,
  );
  gauge(
    'gateway_upstream_connections',
    'Open connections to a provider',
    'sum',
    ({ connections }) => connections,
  );
  gauge(
    'gateway_upstream_state',
    'Whether a provider is asked: 0 it is, 1 one request finds out, 2 it is left alone',
    'max',
    ({ state }) => STATES[state],
  );
}

function tellState(upstream: string, state: BreakerState, logger: Logger, metrics: Metrics): void {
  if (state === 'half open') return;
  const isPaused = state === 'open';
  metrics.countEvent(isPaused ? 'upstream-paused' : 'upstream-well-again');
  const message = isPaused ? 'upstream failed too often and is left alone' : 'upstream is well again';
  logger.warn({ message, upstream });
}

function isNotAsked({ state }: { readonly state: BreakerState }): boolean {
  return state !== 'closed';
}

function paused({ origin }: { readonly origin: string }): string {
  return `the provider's server ${hostOf(origin)} failed too often and is left alone but for single tries: ring its API team`;
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
