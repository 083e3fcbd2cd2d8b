/** A witness: follows logs of others, and cosigns only what goes on from what it cosigned before (docs/witnesses.md). */
import { readSigningKeyFile } from '../../adapters/signing/signing-key-file.ts';
import { openWitnessBook, type WitnessFile } from '../../adapters/storage/sqlite/witness-book.ts';
import { type Logger, makeLogger } from '../../adapters/telemetry/logger.ts';
import { makeCosigner } from '../../adapters/witness/cosigner.ts';
import { SIZE_TYPE } from '../../audit-log/witnessing/witness-request.ts';
import {
  judgeAddCheckpoint,
  type WitnessParts,
  type WitnessVerdict,
} from '../../audit-log/witnessing/witness-verdict.ts';
import { sha256 } from '../../encoding/sha256.ts';
import { drain, listen, makeServer } from '../../http/server.ts';
import { renewCertificate } from '../../http/tls-listener.ts';
import { witnessApp } from '../../http/witness-app.ts';
import { formatCosignerKey } from '../../merkle/cosignature.ts';
import { TlsUpkeep } from '../settings/tls-upkeep.ts';
import type { WitnessSettings } from './witness-settings.ts';

export interface RunningWitness {
  readonly port: number;
  /** Verifier key of its cosignatures, to be given to the logs. */
  readonly verifierKey: string;
  readonly logger: Logger;
  /** Resolves when a write was doubtful: the process must end. */
  readonly doubtful: Promise<Error>;
  close(): Promise<void>;
}

const DRAIN_MS = 5000;

/**
 * Starts it.
 *
 * @param now milliseconds since 1970 UTC.
 * @throws {GatewayError} or an Error with a sentence where the key, the file or the port is not in order.
 */
export async function startWitness(settings: WitnessSettings, now = Date.now): Promise<RunningWitness> {
  const logger = makeLogger(settings.logLevel);
  const cosigner = makeCosigner(settings.name, readSigningKeyFile(settings.keyFile), now);
  const book = openWitnessBook(settings.stateFile);
  const doubtful = Promise.withResolvers<Error>();
  const parts = { logs: settings.logs, book, cosigner };
  const app = witnessApp({
    addCheckpoint: (body) => judged(body, parts, logger, doubtful.resolve),
    checkpoint: checkpointsByHash(settings.logs.keys(), book),
    sizeType: SIZE_TYPE,
  });
  const server = makeServer(app, settings.tls);
  const tls = new TlsUpkeep({
    config: { tls: settings.tls, privateCa: undefined, privateCaFile: undefined },
    ...{ logger, metrics: { countEvent: () => undefined }, now },
    renew: async ({ listener }) => listener && renewCertificate(server, listener),
  });
  const port = await listen(server, settings.host, settings.port);
  await tls.start();
  return {
    port,
    verifierKey: formatCosignerKey(cosigner.key),
    logger,
    doubtful: doubtful.promise,
    async close() {
      tls.stop();
      await drain(server, DRAIN_MS);
      book.close();
    },
  };
}

/** INVARIANT: after a doubtful write nothing is cosigned any more: the process ends, and the next reads what became durable. */
function judged(
  body: string,
  parts: WitnessParts,
  logger: Logger,
  onDoubt: (error: Error) => void,
): WitnessVerdict {
  try {
    const verdict = judgeAddCheckpoint(body, parts);
    tell(verdict, logger);
    return verdict;
  } catch (error) {
    onDoubt(error instanceof Error ? error : new Error('the file of the witness cannot be written'));
    throw error;
  }
}

/** One line for each checkpoint of a log that is followed; of others only that somebody asked. */
function tell(verdict: WitnessVerdict, logger: Logger): void {
  const { status, origin } = { origin: undefined, ...verdict };
  if (verdict.status === 200) logger.info({ message: 'cosigned', log: origin, size: verdict.size });
  else if (verdict.status === 409)
    logger.info({ message: 'not cosigned', log: origin, status, known: verdict.known });
  else if (verdict.forked === true)
    logger.error({ message: 'the log contradicts what was cosigned', log: origin, status });
  else logger.warn({ message: 'not cosigned', log: origin, status, why: verdict.why });
}

function checkpointsByHash(
  origins: Iterable<string>,
  book: WitnessFile,
): (originSha256: string) => string | undefined {
  const byHash = new Map([...origins].map((origin) => [sha256(origin).toString('hex'), origin]));
  return (hash) => {
    const origin = byHash.get(hash);
    return origin === undefined ? undefined : book.head(origin)?.note;
  };
}
