/** The listener's certificate and the private authorities, taken up anew whenever their files change. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import type { Config } from '../../config.ts';
import { fingerprintInWords } from '../../domain/certificate-fingerprint.ts';
import type { Tls } from '../../http/tls-listener.ts';
import { FolderWatch } from '../policies/folder-watch.ts';
import { keepFresh } from '../threads/kept-fresh.ts';
import { tellEvent } from '../threads/tell-event.ts';
import { type WatchedCertificate, watchedIn } from './certificate-expiry.ts';
import { certificatesIn, readPrivateCa, readTlsFiles, type WrongFile } from './tls-files.ts';

/** What was read whole and counts from now on. */
export interface RenewedTls {
  readonly listener?: Tls;
  readonly privateCa?: string;
}

export interface TlsUpkeepParts {
  readonly config: Pick<Config, 'tls' | 'privateCa' | 'privateCaFile'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly metrics: Pick<Metrics, 'countEvent'>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Makes it count on every thread. */
  readonly renew: (renewed: RenewedTls) => Promise<void>;
}

type Kind = 'listener' | 'private-ca';

const WORDS: Readonly<Record<Kind, string>> = {
  listener: 'the certificate in TLS_CERTIFICATE_FILE',
  'private-ca': 'an authority in PRIVATE_CA_FILE',
};
/** Files that were wrong, or out of date, are read again though nobody touched them. */
const LOOK_EVERY_MS = 60_000;

export class TlsUpkeep {
  readonly #parts: TlsUpkeepParts;
  readonly #watch: FolderWatch;
  readonly #wrong = new Map<Kind, string>();
  #listener: Tls | undefined;
  #privateCa: string | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stop: (() => void) | undefined;

  constructor(parts: TlsUpkeepParts) {
    const { tls, privateCa, privateCaFile } = parts.config;
    this.#parts = parts;
    this.#listener = tls;
    this.#privateCa = privateCa;
    const paths = [tls?.certificateFile, tls?.keyFile, privateCaFile].filter((path) => path !== undefined);
    this.#watch = new FolderWatch({ paths, onChange: () => void this.look() });
  }

  /** Takes up what changed since the settings were read, and looks again and again until `stop`. */
  async start(): Promise<void> {
    await this.#watch.start();
    await this.look();
    this.#stop = keepFresh(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    this.#watch.stop();
    this.#stop?.();
  }

  /** Sentences about files that cannot be taken up; what was taken up last stays. */
  attention(): readonly string[] {
    return [...this.#wrong.values()].map((wrong) => `${wrong}: the gateway goes on with what it has`);
  }

  /** What is in force, for whoever watches when it ends. */
  certificates(): readonly WatchedCertificate[] {
    return [...watched('listener', this.#listener?.certificate), ...watched('private-ca', this.#privateCa)];
  }

  /** Reads the files now, one look after the other. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      await this.#lookAt('listener', () => this.#renewListener());
      await this.#lookAt('private-ca', () => this.#renewPrivateCa());
    });
    return this.#looking;
  }

  async #lookAt(kind: Kind, renew: () => Promise<WrongFile | undefined>): Promise<void> {
    const outcome = await renew().catch(() => ({ wrong: `${WORDS[kind]} cannot be taken up` }));
    if (outcome === undefined) return void this.#wrong.delete(kind);
    if (this.#wrong.get(kind) === outcome.wrong) return;
    this.#wrong.set(kind, outcome.wrong);
    const { logger, metrics } = this.#parts;
    tellEvent('certificate-not-taken-up', logger, metrics);
    logger.warn({ message: 'certificate', certificate: kind, why: outcome.wrong });
  }

  /** INVARIANT: only a certificate with its own key is taken up, never half of a pair that is being replaced. */
  async #renewListener(): Promise<WrongFile | undefined> {
    const { tls } = this.#parts.config;
    if (tls === undefined) return undefined;
    const read = readTlsFiles(tls.certificateFile, tls.keyFile);
    if ('wrong' in read) return read;
    const { certificate, key } = read;
    if (certificate === this.#listener?.certificate && key === this.#listener.key) return undefined;
    if (this.#isWorse(certificate, this.#listener?.certificate))
      return { wrong: 'TLS_CERTIFICATE_FILE holds a certificate that is out of date, or not valid yet' };
    await this.#parts.renew({ listener: { certificate, key } });
    this.#listener = { certificate, key };
    this.#tellRenewed('listener', certificate);
    return undefined;
  }

  async #renewPrivateCa(): Promise<WrongFile | undefined> {
    const { privateCaFile } = this.#parts.config;
    if (privateCaFile === undefined) return undefined;
    const read = readPrivateCa(privateCaFile);
    if ('wrong' in read) return read;
    if (read.certificates === this.#privateCa) return undefined;
    await this.#parts.renew({ privateCa: read.certificates });
    this.#privateCa = read.certificates;
    this.#tellRenewed('private-ca', read.certificates);
    return undefined;
  }

  #isWorse(candidate: string, current: string | undefined): boolean {
    const isGood = (text: string | undefined): boolean =>
      watched('listener', text).every(({ goodFromMs, goodUntilMs }) => {
        const now = this.#parts.now();
        return goodFromMs <= now && now <= goodUntilMs;
      });
    return !isGood(candidate) && isGood(current);
  }

  #tellRenewed(kind: Kind, text: string): void {
    const [first] = certificatesIn(text) ?? [];
    const [about] = watched(kind, text);
    if (first === undefined || about === undefined) return;
    const sha256 = fingerprintInWords(createHash('sha256').update(first.raw).digest('base64url'));
    const until = new Date(about.goodUntilMs).toISOString();
    this.#parts.logger.info({ message: 'certificate taken up', certificate: kind, sha256, until });
  }
}

/** A chain is as good as the one of its certificates that ends first. */
function watched(kind: Kind, text: string | undefined): readonly WatchedCertificate[] {
  return watchedIn(text ?? '', kind, WORDS[kind]);
}
