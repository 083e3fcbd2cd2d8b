/** Certificates that come to their end: a word for the operator, a line a day in the application log, and a metric. */
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { keepFresh } from '../threads/kept-fresh.ts';
import { certificatesIn } from './tls-files.ts';

/** A certificate, or several of one file of which one ends first. */
export interface WatchedCertificate {
  /** Of a closed list, or the name of a secret of the settings: the label of its metric. */
  readonly name: string;
  /** What a sentence about it begins with: "the certificate in TLS_CERTIFICATE_FILE". */
  readonly words: string;
  /** Milliseconds since 1970 UTC, both included. */
  readonly goodFromMs: number;
  readonly goodUntilMs: number;
}

/** What is watched of a chain or of several authorities in PEM: nothing where there is none, or one of them cannot be read. */
export function watchedIn(text: string, name: string, words: string): readonly WatchedCertificate[] {
  const all = certificatesIn(text) ?? [];
  if (all.length === 0) return [];
  const goodFromMs = Math.max(...all.map(({ validFromDate }) => validFromDate.getTime()));
  const goodUntilMs = Math.min(...all.map(({ validToDate }) => validToDate.getTime()));
  return [{ name, words, goodFromMs, goodUntilMs }];
}

export interface CertificateExpiryParts {
  /** The certificates that the gateway goes by now. */
  readonly certificates: () => readonly WatchedCertificate[];
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'watchEach'>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long before its end a certificate is spoken of. */
const SOON_MS = 30 * DAY_MS;

export class CertificateExpiry {
  readonly #parts: CertificateExpiryParts;
  /** When the last line about each was written. */
  readonly #toldAtMs = new Map<string, number>();
  #stop: (() => void) | undefined;

  constructor(parts: CertificateExpiryParts) {
    this.#parts = parts;
  }

  start(): void {
    const { metrics, certificates, now } = this.#parts;
    metrics.watchEach({
      name: 'gateway_certificate_expires_seconds',
      help: 'Time until a certificate ends, less than nothing once it has',
      label: 'certificate',
      read: () =>
        certificates().map(({ name, goodUntilMs }) => [name, (goodUntilMs - now()) / 1000] as const),
      together: 'max',
    });
    this.tell();
    this.#stop = keepFresh(async () => this.tell(), HOUR_MS);
  }

  stop(): void {
    this.#stop?.();
  }

  /** A sentence for each that has ended, ends within 30 days or has not begun. */
  attention(): readonly string[] {
    return this.#parts.certificates().flatMap((one) => expiryInWords(one, this.#parts.now()) ?? []);
  }

  /** Writes the lines that are due: one a day for each. */
  tell(): void {
    const { certificates, logger, now } = this.#parts;
    for (const one of certificates()) {
      const why = expiryInWords(one, now());
      const toldAtMs = this.#toldAtMs.get(one.name) ?? Number.NEGATIVE_INFINITY;
      if (why === undefined || now() - toldAtMs < DAY_MS) continue;
      this.#toldAtMs.set(one.name, now());
      logger.warn({ message: 'certificate', certificate: one.name, why });
    }
  }
}

/** What an operator should know of a certificate at that instant, or undefined. */
export function expiryInWords(certificate: WatchedCertificate, nowMs: number): string | undefined {
  const { words, goodFromMs, goodUntilMs } = certificate;
  if (nowMs > goodUntilMs)
    return `${words} has expired, on ${dayOf(goodUntilMs)}: whoever checks it refuses the connection; put a new one in its place`;
  if (nowMs < goodFromMs)
    return `${words} is not valid before ${dayOf(goodFromMs)}: whoever checks it refuses the connection; look at the clock of this machine`;
  if (goodUntilMs - nowMs > SOON_MS) return undefined;
  return `${words} expires ${inDays(goodUntilMs - nowMs)}, on ${dayOf(goodUntilMs)}: put a new one in its place`;
}

function inDays(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  if (days === 0) return 'within a day';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}

function dayOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : 'a day that cannot be read';
}
