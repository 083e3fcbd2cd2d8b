/** Every certificate that the gateway goes by: the files kept up with, and their ends told of in time. */
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { CertificateExpiry, type WatchedCertificate } from './certificate-expiry.ts';
import { TlsUpkeep, type TlsUpkeepParts } from './tls-upkeep.ts';

export interface CertificatesParts extends Omit<TlsUpkeepParts, 'logger' | 'metrics'> {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly metrics: Pick<Metrics, 'countEvent' | 'watchEach'>;
  /** Certificates that somebody else keeps up with: those that the gateway shows to providers. */
  readonly others: () => readonly WatchedCertificate[];
}

export interface CertificatesInForce {
  /** Takes up what changed since the settings were read, and watches from then on. */
  start(): Promise<void>;
  stop(): void;
  /** Reads the files now. Never rejects. */
  look(): Promise<void>;
  /** Sentences about files that cannot be taken up, and about certificates that end. */
  attention(): readonly string[];
}

export function openCertificates(parts: CertificatesParts): CertificatesInForce {
  const upkeep = new TlsUpkeep(parts);
  const { logger, metrics, now, others } = parts;
  const expiry = new CertificateExpiry({
    ...{ logger, metrics, now },
    certificates: () => [...upkeep.certificates(), ...others()],
  });
  return {
    async start() {
      await upkeep.start();
      expiry.start();
    },
    stop() {
      upkeep.stop();
      expiry.stop();
    },
    look: () => upkeep.look(),
    attention: () => [...upkeep.attention(), ...expiry.attention()],
  };
}
