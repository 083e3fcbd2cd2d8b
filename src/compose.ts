/** The composition root: the only file that knows every adapter and joins them to one gateway. */
import { openKeyRing } from './adapters/signing/key-ring.ts';
import { type Logger, makeLogger } from './adapters/telemetry/logger.ts';
import { type Metrics, makeMetrics } from './adapters/telemetry/metrics.ts';
import { checkOutboundSettings } from './adapters/upstream/outbound-settings.ts';
import type { UpstreamClient } from './adapters/upstream/upstream.ts';
import type { StartedLog } from './audit-log/writing/start-log-writer.ts';
import type { Config } from './config.ts';
import type { PolicySet } from './domain/policy-set.ts';
import { neverBackClock } from './exchange/never-back-clock.ts';
import { operationsApp } from './http/operations-app.ts';
import { drain, listen, makeServer } from './http/server.ts';
import { FactsWatch } from './roof/log/facts-watch.ts';
import { openLogAsking } from './roof/log/log-asking.ts';
import { openLogOfGateway, STANDING_WITHIN_MS } from './roof/log/log-at-rest.ts';
import { backupOrders } from './roof/log/log-backup.ts';
import { openLogUpkeep } from './roof/log/log-upkeep.ts';
import { provedGivers } from './roof/log/order-givers.ts';
import { provingForOperations } from './roof/log/proving.ts';
import { holdPeopleBack } from './roof/policies/people-held-back.ts';
import { readPinnedKeys } from './roof/policies/pinned-keys-file.ts';
import { PolicyUpkeep } from './roof/policies/policy-upkeep.ts';
import { openCertificates } from './roof/settings/certificates-in-force.ts';
import { outboundSettings } from './roof/settings/outbound.ts';
import { readSecretsAndFiles } from './roof/settings/upstream-secrets-file.ts';
import { openConsumersFace } from './roof/threads/consumers-face.ts';
import { type FurtherThreads, startFurtherThreads } from './roof/threads/gateway-threads.ts';
import { openUpstream, tellFaults } from './roof/threads/open-upstream.ts';
import { startLog } from './roof/threads/start-log.ts';
import { tellEvent } from './roof/threads/tell-event.ts';
import { tellRelaxations } from './roof/threads/tell-issuers.ts';
import { CheckpointWatch } from './roof/witnesses/checkpoint-watch.ts';
import { preferringCosigned } from './roof/witnesses/cosigned-reader.ts';
import { openDailyMessages } from './roof/witnesses/outbox.ts';
import { openWitnesses } from './roof/witnesses/witnesses.ts';

export interface RunningGateway {
  /** Ports that were taken. */
  readonly port: number;
  readonly operationsPort: number;
  readonly logger: Logger;
  /** Resolves when the log can never be written again: the process must end. */
  readonly poisoned: Promise<Error>;
  /** Reads the policy files again; resolves to whether they are in force. */
  reloadPolicies(): Promise<boolean>;
  /** Reads certificates, their keys and private authorities again; what is broken changes nothing. */
  reloadCertificates(): Promise<void>;
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
  const secrets = readSecretsAndFiles(config.upstreamSecretsFile);
  readPinnedKeys(config.pinnedKeysFile);
  checkOutboundSettings(outboundSettings(config));
  const log = await startLog(config, keys.sealing, 'gateway');
  const reader = await openLogOfGateway(config, STANDING_WITHIN_MS);
  const metrics = makeMetrics({
    size: async () => (await reader.state()).size,
    waiting: () => log.log.waiting,
    checkpointLagMs: () => checkpoints.lagMs,
  });
  const facts = new FactsWatch({ reader, onFault: (why) => log.log.poison(why) });
  const checkpoints = new CheckpointWatch({
    ...{ reader, log, logger, metrics },
    now: () => performance.now(),
  });
  const key = keys.checkpoint.verifierKey;
  const witnesses = openWitnesses({ config, key, reader, log, logger, metrics });
  const clock = neverBackClock(now, log.newestAtMs, (byMs) => tellSetBack(byMs, log, logger, metrics));
  const upstream = openUpstream({
    ...{ config, secrets, logger, metrics },
    datasets: () => policies.current()?.datasets.values() ?? [],
  });
  const upkeep = new PolicyUpkeep({
    config,
    reader,
    logger,
    append: log.notes.append,
    now: () => clock.now(),
    onTaken: (set) => tellTaken(set, upstream.client, logger),
  });
  const { policies } = upkeep;
  const heldBack = await holdPeopleBack({
    keys,
    reader,
    log,
    policies: () => policies.current(),
    now: Date.now,
  });
  const keeping = await openLogUpkeep({
    ...{ config, keys, log, reader, now: Date.now },
    givers: provedGivers(() => face.readers),
    piecesAtOnce: 16,
    policies: () => policies.current(),
  }).catch((error: unknown) => log.close().then(() => Promise.reject(error)));
  const messages = openDailyMessages({
    ...{ config, key, reader, log, witnesses, logger, metrics },
    policies: () => policies.current(),
    now: Date.now,
  });
  const face = openConsumersFace({
    ...{ config, keys, log, reader, logger, metrics, clock, upstream: upstream.client, policies },
    screen: heldBack.screen,
    refusal: () => witnesses.bound.refusal(),
  });
  await upkeep.start();
  const asking = openLogAsking({
    ...{ config, log, logger, authenticator: face.authenticator },
    policies: () => policies.current(),
  });
  let threads: FurtherThreads | undefined;
  /** What was ordered counts on every thread before it is answered. */
  const everywhere = async <Answer>(ordered: Promise<Answer>): Promise<Answer> => {
    const answer = await ordered;
    await threads?.look();
    return answer;
  };
  const certificates = openCertificates({
    ...{ config, logger, metrics, now: Date.now },
    others: () => [...upstream.certificates(), ...face.certificates()],
    async renew(renewed) {
      face.renew(renewed);
      await threads?.renew(renewed);
    },
  });
  const shown = preferringCosigned(reader, config, key, Date.now);
  const operations = makeServer(
    operationsApp({
      notReady: () => notReady(log, policies.current()),
      attention: () => [
        ...upkeep.attention(),
        ...witnesses.attention(),
        ...messages.attention(),
        ...checkpoints.attention(),
        ...upstream.attention(),
        ...certificates.attention(),
      ],
      countersigned: () => witnesses.inWords(),
      stops: {
        take: (order) => everywhere(upkeep.stops.take(order)),
        standing: () => upkeep.stops.standing(),
      },
      metrics: async () => metrics.text(await threads?.counted()),
      askLog: asking.routes,
      people: (order) => everywhere(heldBack.order(order)),
      keeping,
      proving: provingForOperations({
        ...{ readers: face.readers, reader: shown, keys, now: Date.now },
        questions: asking.questions,
      }),
      backups: backupOrders(config, { reader, append: log.notes.append }),
    }),
    undefined,
  );
  const close = async (): Promise<void> => {
    upkeep.stop();
    checkpoints.stop();
    certificates.stop();
    facts.stop();
    await Promise.all([drain(face.server, config.drainMs), threads?.close()]);
    await face.close();
    heldBack.stop();
    await Promise.all([witnesses.stop(), messages.stop()]);
    await asking.close();
    await log.close();
    await Promise.all([upstream.close(), drain(operations, 1000)]);
    await reader.close();
  };
  try {
    checkpoints.start();
    facts.start();
    await witnesses.start();
    const operationsPort = await listen(operations, config.operationsHost, config.operationsPort);
    const port = await listen(face.server, config.host, config.port, { shared: config.threads > 1 });
    threads = await startFurtherThreads(config.threads - 1, {
      config,
      log,
      port,
      bound: witnesses.bound.memory,
    });
    await certificates.start();
    messages.start();
    const reloadPolicies = () => policies.reload();
    return {
      port,
      operationsPort,
      logger,
      poisoned: Promise.race([log.poisoned, threads.failed]),
      reloadPolicies,
      reloadCertificates: () => certificates.look(),
      close,
    };
  } catch (error) {
    // What was opened is closed in order, so that the log says of this run that it stopped.
    await close();
    throw error;
  }
}

/** What the operator should know of a set that is in force now. */
function tellTaken(set: PolicySet, upstream: UpstreamClient, logger: Logger): void {
  tellFaults(set.datasets.values(), upstream, logger);
  tellRelaxations(set.organisations.values(), logger);
  const { organisations, datasets, agreements } = set;
  const counts = {
    organisations: organisations.size,
    datasets: datasets.size,
    agreements: agreements.length,
  };
  logger.info({ message: 'policies in force', sha256: set.sha256, ...counts });
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
