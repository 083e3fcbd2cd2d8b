/** The settings that name the proxies whose word about a client certificate is taken (RFC 9440). */
import { readFingerprint } from '../../domain/certificate-fingerprint.ts';
import { type Network, readNetwork } from '../../domain/network.ts';
import type { TlsProxies } from '../../http/client-certificate.ts';
import type { SettingsReader } from './settings-reader.ts';

const ADDRESSES = 'TLS_PROXIES';
const CERTIFICATES = 'TLS_PROXY_CERTIFICATES';

/** Reads them; whoever is not on this machine needs a certificate of its own to be believed, so the listener needs TLS. */
export function readTlsProxies(reader: SettingsReader, speaksTls: boolean): TlsProxies {
  const networks = readAll(reader, ADDRESSES, readNetwork, 'addresses or blocks such as 192.0.2.0/28');
  const certificates = readAll(
    reader,
    CERTIFICATES,
    readFingerprint,
    'SHA-256 fingerprints as `openssl x509 -noout -fingerprint -sha256` prints them',
  );
  const beyond = networks.some((network) => !isLoopback(network));
  if (beyond && (certificates.length === 0 || !speaksTls))
    reader.mistakes.push(
      `${ADDRESSES} names proxies beyond this machine: they need ${CERTIFICATES}, and TLS_CERTIFICATE_FILE to show theirs to`,
    );
  if (networks.length === 0 && certificates.length > 0)
    reader.mistakes.push(`${ADDRESSES} is missing beside ${CERTIFICATES}`);
  return { networks, certificates: new Set(certificates) };
}

function readAll<Value>(
  reader: SettingsReader,
  name: string,
  read: (words: string) => Value | undefined,
  means: string,
): Value[] {
  const values = reader.list(name).map(read);
  const good = values.filter((value) => value !== undefined);
  if (good.length < values.length) reader.mistakes.push(`${name} is not a list of ${means}`);
  return good;
}

function isLoopback({ version, address, prefix }: Network): boolean {
  return version === 6 ? address === 1n && prefix === 128 : address >> 24n === 127n && prefix >= 8;
}
