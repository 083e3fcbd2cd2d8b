/** X.509 certificates (RFC 5280) for tests, written in DER by hand so that no outside tool is needed. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly name: string;
}

export interface CertificateWish {
  /** Host names and IPv4 addresses that it is for. */
  readonly hosts?: readonly string[];
  readonly name?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Signed by itself where this is not given. */
  readonly issuer?: Certificate;
  readonly authority?: boolean;
  /** The keys that it is about; of P-256, made anew, unless said. Whoever signs itself needs keys of that curve. */
  readonly keys?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

const ECDSA_SHA256 = sequence(objectId('2a8648ce3d040302'));
const DAY_MS = 86_400_000;

export function makeCertificate(wish: CertificateWish): Certificate {
  const { privateKey, publicKey } = wish.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = wish.name ?? 'test';
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    commonName(wish.issuer?.name ?? name),
    sequence(
      time(wish.notBefore ?? new Date(Date.now() - DAY_MS)),
      time(wish.notAfter ?? new Date(Date.now() + DAY_MS)),
    ),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(wish))),
  );
  const signature = sign('sha256', body, wish.issuer?.privateKey ?? privateKey);
  const whole = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  // An empty line at its end would be no PEM.
  const text = whole
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    name,
  };
}

function extensions(wish: CertificateWish): Buffer[] {
  const found: Buffer[] = [];
  if (wish.authority === true) {
    const constraints = sequence(der(0x01, Buffer.from([0xff])));
    found.push(sequence(objectId('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, constraints)));
  }
  const names = (wish.hosts ?? []).map((host) =>
    isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  if (names.length > 0) found.push(sequence(objectId('551d11'), der(0x04, sequence(...names))));
  return found;
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x82]), length, content]);
}
