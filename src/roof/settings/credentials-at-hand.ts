/** What the settings name beside the folder of keys: certificates and secrets in files of their own, for the command `keys`. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { CredentialsAtHand } from '../../cli/keys.ts';
import { ConfigError } from '../../config.ts';
import { fingerprintInWords } from '../../domain/certificate-fingerprint.ts';
import { readIssuerSecrets } from './issuer-secrets-file.ts';
import { certificatesIn, readPrivateCa, readTlsFiles } from './tls-files.ts';
import { readUpstreamSecrets } from './upstream-secrets-file.ts';

/** Files as the settings name them; each may be missing. */
export interface CredentialFiles {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly privateCa?: string | undefined;
  readonly upstreamSecrets?: string | undefined;
  readonly issuerSecrets?: string | undefined;
}

/** Reads them now. Says names, fingerprints, hosts and ends, and never a secret. */
export function credentialsAtHand(files: CredentialFiles, nowMs: number): readonly CredentialsAtHand[] {
  const { certificate, key, privateCa, upstreamSecrets, issuerSecrets } = files;
  return [
    ...(certificate === undefined || key === undefined ? [] : [listener(certificate, key, nowMs)]),
    ...(privateCa === undefined ? [] : [authorities(privateCa, nowMs)]),
    ...(upstreamSecrets === undefined ? [] : [upstream(upstreamSecrets, nowMs)]),
    ...(issuerSecrets === undefined ? [] : [issuers(issuerSecrets, nowMs)]),
  ];
}

function listener(certificateFile: string, keyFile: string, nowMs: number): CredentialsAtHand {
  const at = { purpose: 'listener', file: `${certificateFile}, ${keyFile}` };
  const read = readTlsFiles(certificateFile, keyFile);
  return 'wrong' in read
    ? { ...at, fault: read.wrong, holds: [] }
    : withEnds(at, certificatesIn(read.certificate), nowMs);
}

function authorities(file: string, nowMs: number): CredentialsAtHand {
  const at = { purpose: 'private-ca', file };
  const read = readPrivateCa(file);
  return 'wrong' in read
    ? { ...at, fault: read.wrong, holds: [] }
    : withEnds(at, certificatesIn(read.certificates), nowMs);
}

function withEnds(
  at: Pick<CredentialsAtHand, 'purpose' | 'file'>,
  certificates: readonly X509Certificate[] = [],
  nowMs: number,
): CredentialsAtHand {
  const holds = certificates.map((one) => certificateInWords(one, nowMs));
  const ended = certificates.some(({ validToDate }) => validToDate.getTime() < nowMs);
  return ended ? { ...at, fault: `${at.file}: a certificate has expired`, holds } : { ...at, holds };
}

function upstream(file: string, nowMs: number): CredentialsAtHand {
  return secretsOf('upstream-secrets', file, () =>
    [...readUpstreamSecrets(file)].map(([name, { kind, host, certificate }]) =>
      secretInWords(`${name}: ${kind} for ${host}`, certificate?.chain, nowMs),
    ),
  );
}

function issuers(file: string, nowMs: number): CredentialsAtHand {
  return secretsOf('issuer-secrets', file, () =>
    [...readIssuerSecrets(file).secrets].map(([name, secret]) =>
      secretInWords(
        `${name}: ${secret.kind} for ${secret.issuer}`,
        secret.kind === 'client certificate' ? secret.certificate.chain : undefined,
        nowMs,
      ),
    ),
  );
}

function secretsOf(purpose: string, file: string, read: () => readonly string[]): CredentialsAtHand {
  try {
    return { purpose, file, holds: read() };
  } catch (error) {
    const fault = error instanceof ConfigError ? error.mistakes.join('; ') : `${file} cannot be read`;
    return { purpose, file, fault, holds: [] };
  }
}

function secretInWords(what: string, chain: string | undefined, nowMs: number): string {
  const [first] = chain === undefined ? [] : (certificatesIn(chain) ?? []);
  return first === undefined ? what : `${what}, with ${certificateInWords(first, nowMs)}`;
}

function certificateInWords({ raw, subject, validToDate }: X509Certificate, nowMs: number): string {
  const sha256 = fingerprintInWords(createHash('sha256').update(raw).digest('base64url'));
  const until = validToDate.getTime() < nowMs ? 'expired on' : 'until';
  const day = validToDate.toISOString().slice(0, 10);
  return `${subject?.replaceAll('\n', ', ') || 'a certificate without a name'}, ${until} ${day}, SHA-256 ${sha256}`;
}
