/**
 * A further thread of the gateway: serves consumers on the shared port, judges by what the first thread has entered, and
 * sends its entries to the one writer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { makeLogger } from '../../adapters/telemetry/logger.ts';
import { makeMetrics } from '../../adapters/telemetry/metrics.ts';
import { WitnessBound } from '../../audit-log/witnessing/witness-bound.ts';
import { AuditLog } from '../../audit-log/writing/audit-log.ts';
import { neverBackClock } from '../../exchange/never-back-clock.ts';
import { drain, listen } from '../../http/server.ts';
import { openLogOfGateway, STANDING_WITHIN_MS } from '../log/log-at-rest.ts';
import { FollowedPolicies } from '../policies/followed-policies.ts';
import { holdPeopleBack } from '../policies/people-held-back.ts';
import type { RenewedTls } from '../settings/tls-upkeep.ts';
import { readSecretsAndFiles } from '../settings/upstream-secrets-file.ts';
import { openConsumersFace } from './consumers-face.ts';
import type { FromGatewayThread, GatewayThreadData, ToGatewayThread } from './gateway-thread-messages.ts';
import { openUpstream } from './open-upstream.ts';
import { tellEvent } from './tell-event.ts';

const { config, place, newestAtMs, port, writer, bound }: GatewayThreadData = workerData;

function tell(message: FromGatewayThread): void {
  parentPort?.postMessage(message);
}

/** Opens everything but the listening socket; the thread then answers its first one's questions. */
async function open() {
  const logger = makeLogger(config.logLevel);
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const onPoisoned = ({ message }: Error): void => tell({ type: 'failed', message });
  const log = new AuditLog(writer, { place, keys: keys.sealing, now: Date.now, onPoisoned }, newestAtMs);
  const notes = { append: log.appendNote.bind(log) };
  const reader = await openLogOfGateway(config, STANDING_WITHIN_MS);
  const metrics = makeMetrics(undefined);
  const clock = neverBackClock(Date.now, newestAtMs, () => tellEvent('clock-set-back', logger, metrics));
  const upstream = openUpstream({
    ...{ config, logger, metrics },
    secrets: readSecretsAndFiles(config.upstreamSecretsFile),
    // The first thread tells of them.
    datasets: () => [],
  });
  const now = (): number => clock.now();
  const followed = new FollowedPolicies({ config, reader, logger, now, onTaken: () => undefined });
  const { policies } = followed;
  const heldBack = await holdPeopleBack({
    ...{ keys, reader, log: { notes, close: async () => log.close() } },
    policies: () => policies.current(),
    now: Date.now,
  });
  await followed.start();
  const witnessBound = new WitnessBound(config.witnessesStopAfterMs, Date.now, bound);
  const face = openConsumersFace({
    ...{
      config,
      keys,
      log: { log, notes },
      reader,
      logger,
      metrics,
      clock,
      upstream: upstream.client,
      policies,
    },
    screen: heldBack.screen,
    refusal: () => witnessBound.refusal(),
  });
  return {
    face,
    metrics,
    async look(): Promise<void> {
      await Promise.all([followed.look(), heldBack.refresh()]);
    },
    async renew(renewed: RenewedTls = {}): Promise<void> {
      face.renew(renewed);
    },
    async close(): Promise<void> {
      followed.stop();
      await drain(face.server, config.drainMs);
      await face.close();
      heldBack.stop();
      log.close();
      await log.settled();
      await Promise.all([upstream.close(), reader.close()]);
    },
  };
}

const thread = await open();
parentPort?.on('message', async ({ id, ask, renewed }: ToGatewayThread) => {
  try {
    if (ask === 'metrics') return tell({ type: 'answer', id, metrics: await thread.metrics.counted() });
    await thread[ask](renewed);
    tell({ type: 'answer', id });
    if (ask === 'close') process.exit(0);
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : 'a thread failed' });
  }
});
await listen(thread.face.server, config.host, port, { shared: true });
tell({ type: 'listening' });
