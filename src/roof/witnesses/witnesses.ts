/** The gateway's end of its witnesses: who they are, how they are asked, and what the log and the operator hear of it. */
import { openHeadFile } from '../../adapters/signing/head-file.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { createOutboundFetch } from '../../adapters/upstream/outbound-fetch.ts';
import { witnessLine } from '../../adapters/witness/witness-client.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { WitnessBound } from '../../audit-log/witnessing/witness-bound.ts';
import { FORK_SUSPECTED, forkKey } from '../../audit-log/witnessing/witness-kept.ts';
import { Witnessing, type WitnessNews } from '../../audit-log/witnessing/witnessing.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { formatCosignerKey } from '../../merkle/cosignature.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import type { PolicyWitness, WitnessPolicy } from '../../merkle/witness-policy.ts';
import { outboundSettings } from '../settings/outbound.ts';
import { readWitnessPolicy } from './witness-policy-file.ts';

export interface Witnesses {
  readonly bound: WitnessBound;
  /** How far the log is countersigned, in one sentence. */
  inWords(): string;
  /** The newest checkpoint that enough witnesses cosigned, with their signatures. */
  cosigned(): { readonly note: string; readonly size: number } | undefined;
  /** What is not as it should be, a sentence each. */
  attention(): readonly string[];
  /** Asks all witnesses once and goes on in the background. @throws {GatewayError} where one holds another history. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface WitnessesParts {
  readonly config: Config;
  readonly key: VerifierKey;
  readonly reader: LogReader;
  readonly log: Pick<StartedLog, 'notes' | 'stopSigning'> & { readonly log: { poison(why: string): void } };
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Opens what the settings say; without witnesses, what says so. */
export function openWitnesses(parts: WitnessesParts): Witnesses {
  const { config, key } = parts;
  const bound = new WitnessBound(config.witnessesStopAfterMs, Date.now);
  const policy = readWitnessPolicy(config, key);
  return policy === undefined ? withoutWitnesses(bound) : withWitnesses(policy, bound, parts);
}

function withoutWitnesses(bound: WitnessBound): Witnesses {
  return {
    bound,
    inWords: () =>
      "No witness is named in WITNESSES_FILE: all entries are attested by this log's own key alone.",
    cosigned: () => undefined,
    attention: () => [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

function withWitnesses(policy: WitnessPolicy, bound: WitnessBound, parts: WitnessesParts): Witnesses {
  const { config, key, reader, metrics } = parts;
  const { fetch, close } = createOutboundFetch(outboundSettings(config));
  const told = newsOf(parts);
  const witnessing = new Witnessing({
    ...{ policy, logKey: key, reader, bound, news: told.news, now: Date.now },
    lineTo: ({ url = '' }) => witnessLine(fetch, url, key.name),
    kept: openHeadFile(config.cosignedFile),
  });
  metrics.watch('gateway_log_countersigned_entries', 'Entries that enough witnesses countersigned', () =>
    witnessing.countersigned === undefined ? 0 : witnessing.countersigned.checkpoint.size,
  );
  metrics.watch('gateway_witnesses_lost', 'Witnesses that do not cosign', () => witnessing.lost().length);
  return {
    bound,
    inWords: () => witnessing.inWords(),
    cosigned: () => witnessing.cosigned(),
    attention: () => witnessing.attention(),
    async start() {
      await witnessing.start();
      if (told.forked !== undefined) throw told.forked;
    },
    async stop() {
      const stopped = witnessing.stop();
      // A witness that hangs holds no stop up.
      await close();
      await stopped;
    },
  };
}

function newsOf({ log, logger, metrics, key }: WitnessesParts): {
  readonly news: WitnessNews;
  forked?: GatewayError;
} {
  const alarm = async (code: string, witness: string, why?: string): Promise<void> => {
    metrics.countEvent(code);
    logger.warn({ message: code, witness, why });
    await log.notes.append('alarm', { code, witness });
  };
  let lastFailure: string | undefined;
  const told: { news: WitnessNews; forked?: GatewayError } = {
    news: {
      lost: (witness, why) => alarm('witness-lost', witness, why),
      back: (witness) => alarm('witness-back', witness),
      async forked(witness, known, why, served) {
        log.stopSigning();
        told.forked = forkOf(witness, known, why);
        metrics.countEvent('witness-fork');
        logger.error({ message: 'witness-fork', witness: witness.name, known, why, served });
        await enterFork(log, witness, known, served, key.name).catch(({ message }: Error) =>
          logger.error({ message: 'the fork could not be entered in the log', why: message }),
        );
        log.log.poison(told.forked.message);
      },
      failed: (why) => {
        metrics.countEvent('witnessing-failed');
        // It is tried each second, and said once.
        if (why !== lastFailure) logger.error({ message: 'witnessing failed', why });
        lastFailure = why;
      },
    },
  };
  return told;
}

/** The fact keeps a later start from signing, until the right store is back or the witness is not named any more. */
async function enterFork(
  log: WitnessesParts['log'],
  { name, key }: PolicyWitness,
  known: number,
  served: string | undefined,
  origin: string,
): Promise<void> {
  const value = Buffer.from(JSON.stringify({ known, served }));
  const fact = { kind: FORK_SUSPECTED, key: forkKey(origin, formatCosignerKey(key)), value };
  await log.notes.append('alarm', { code: 'witness-fork', witness: name, size: known }, [fact]);
}

function forkOf({ name }: PolicyWitness, known: number, why: string): GatewayError {
  return new GatewayError(
    'log-unavailable',
    `the witness ${name} holds a checkpoint of ${known} entries: ${why}. The store was taken back or written anew, and nothing is signed any more; bring back the store that it cosigned`,
  );
}
