/** Client certificates over real TLS, and from the header of a proxy. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type SecureVersion, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { readNetwork } from '../../src/domain/network.ts';
import type { ClientCertificate } from '../../src/exchange/ports.ts';
import {
  believeProxies,
  clientCertificateOf,
  isCertificateHeader,
  isFromProxy,
  type TlsProxies,
} from '../../src/http/client-certificate.ts';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import { type Certificate, type CertificateWish, makeCertificate } from '../support/certificates.ts';
import { rawRequest } from '../support/raw-request.ts';

const HOUR_MS = 3_600_000;
const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
const authority = makeCertificate({ name: 'private authority', authority: true });
const own = makeCertificate({ name: 'westhaven-parking-app' });
const other = makeCertificate({ name: 'southfen-housing', issuer: authority });

let server: Server;
let port: number;
/** What the newest requests showed, oldest first. */
const seen: (ClientCertificate | undefined)[] = [];

before(async () => {
  const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'] });
  const listener = (request: IncomingMessage, response: { end(text: string): void }): void => {
    seen.push(clientCertificateOf(request));
    response.end('served');
  };
  server = makeServer(listener, { certificate: cert, key });
  port = await listen(server, '127.0.0.1', 0);
});
after(() => drain(server, 0));

function derOf({ cert }: Certificate): Buffer {
  return new X509Certificate(cert).raw;
}

function sha256Of(certificate: Certificate): string {
  return createHash('sha256').update(derOf(certificate)).digest('base64url');
}

function headerOf(certificate: Certificate): string {
  return `:${derOf(certificate).toString('base64')}:`;
}

/** Asks so many times over one connection; resolves to what each request showed, and the session for another connection. */
async function shown(options: ConnectionOptions, requests = 1) {
  seen.length = 0;
  let session: Buffer | undefined;
  let resumed = false;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  let got = '';
  let answered = 0;
  const ask = (): void => {
    const last = answered === requests - 1;
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${last ? 'Connection: close\r\n' : ''}\r\n`);
  };
  socket.on('secureConnect', () => {
    resumed = socket.isSessionReused();
    ask();
  });
  socket.on('session', (given) => {
    session = given;
  });
  socket.on('data', (chunk) => {
    got += chunk;
    const now = got.split('served').length - 1;
    if (now === answered) return;
    answered = now;
    if (answered < requests) ask();
  });
  socket.on('error', reject).on('close', () => resolve());
  await promise;
  assert.equal(answered, requests);
  return { certificates: [...seen], session, resumed };
}

test('the certificate of the handshake is that of every request on its connection, with its times', async () => {
  const { certificates } = await shown(own, 3);
  const { validFromDate, validToDate } = new X509Certificate(own.cert);
  const expected: ClientCertificate = {
    sha256: sha256Of(own),
    goodFromMs: validFromDate.getTime(),
    goodUntilMs: validToDate.getTime(),
  };
  assert.deepEqual(certificates, [expected, expected, expected]);
});

test('nobody needs a certificate, and one of a private authority or out of date is told as what it is', async () => {
  assert.deepEqual((await shown({})).certificates, [undefined]);
  assert.equal((await shown(other)).certificates[0]?.sha256, sha256Of(other));
  const past = makeCertificate({ notAfter: new Date(Date.now() - HOUR_MS) });
  const [told] = (await shown(past)).certificates;
  assert.equal(told?.sha256, sha256Of(past));
  assert.ok(told.goodUntilMs < Date.now());
});

test('a request over plain HTTP, or with a header that nobody believes, shows no certificate', () => {
  const request = rawRequest();
  request.headers['client-cert'] = headerOf(own);
  assert.equal(clientCertificateOf(request), undefined);
});

test('a session that is resumed keeps the certificate that it began with, and takes on no other', async () => {
  for (const version of VERSIONS) {
    const only = { minVersion: version, maxVersion: version };
    const { session } = await shown({ ...only, ...own });
    assert.ok(session, version);
    for (const again of [{}, own, other]) {
      const later = await shown({ ...only, ...again, session });
      assert.ok(later.resumed, version);
      assert.equal(later.certificates[0]?.sha256, sha256Of(own), version);
    }
  }
});

test('a session that began without a certificate stays without one', async () => {
  for (const version of VERSIONS) {
    const only = { minVersion: version, maxVersion: version };
    const { session } = await shown(only);
    assert.ok(session, version);
    const later = await shown({ ...only, ...own, session });
    assert.deepEqual([later.resumed, later.certificates], [true, [undefined]], version);
  }
});

test('a key that is too short to prove anything counts as none', async () => {
  const weak = rsaCertificate(1024);
  const strong = rsaCertificate(2048);
  for (const version of VERSIONS) {
    const only = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    assert.deepEqual((await shown({ ...only, ...weak })).certificates, [undefined], version);
    assert.equal((await shown({ ...only, ...strong })).certificates[0]?.sha256, sha256Of(strong), version);
  }
});

test('a key on a small curve, or of a kind that signs nothing, counts as none', () => {
  const curves: [string, boolean][] = [
    ['P-256', true],
    ['P-384', true],
    ['P-224', false],
    ['secp256k1', false],
  ];
  for (const [namedCurve, good] of curves) {
    const keys = generateKeyPairSync('ec', { namedCurve });
    assert.equal(
      isCertificateHeader(headerOf(makeCertificate({ keys, issuer: authority }))),
      good,
      namedCurve,
    );
  }
  const edwards = makeCertificate({ keys: generateKeyPairSync('ed25519'), issuer: authority });
  assert.ok(isCertificateHeader(headerOf(edwards)));
  const montgomery = makeCertificate({ keys: generateKeyPairSync('x25519'), issuer: authority });
  assert.ok(!isCertificateHeader(headerOf(montgomery)));
});

function rsaCertificate(modulusLength: number, wish: CertificateWish = {}): Certificate {
  return makeCertificate({
    ...wish,
    keys: generateKeyPairSync('rsa', { modulusLength }),
    issuer: authority,
  });
}

describe('the Client-Cert header', () => {
  test('is one byte sequence of RFC 8941 with the DER of one certificate', () => {
    const good = headerOf(own);
    assert.ok(isCertificateHeader(good));
    const der = derOf(own);
    const base64 = der.toString('base64');
    const wrong = [
      '',
      '::',
      base64,
      `:${base64}`,
      `${base64}:`,
      `${good};q=1`,
      `${good}, ${good}`,
      ` ${good}`,
      `"${base64}"`,
      `:${base64.slice(0, 40)} ${base64.slice(40)}:`,
      `:${base64.replaceAll('+', '-').replaceAll('/', '_')}_:`,
      `:${Buffer.concat([der, Buffer.from([0])]).toString('base64')}:`,
      `:${der.subarray(0, -1).toString('base64')}:`,
      `:${Buffer.from(own.cert).toString('base64')}:`,
      `:${der.toString('base64url').replaceAll('=', '')}=:`,
      `:${Buffer.from('no certificate').toString('base64')}:`,
      encodeURIComponent(own.cert),
    ];
    for (const value of wrong) assert.ok(!isCertificateHeader(value), value.slice(0, 60));
  });

  test('is never read as another certificate than the bytes that stand in it, whatever is written there', () => {
    const good = headerOf(own);
    const place = fc.nat(good.length - 1);
    const bent = fc
      .tuple(place, fc.string({ minLength: 0, maxLength: 3 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1));
    fc.assert(
      fc.property(
        fc.oneof(
          bent,
          fc.string(),
          fc.base64String().map((text) => `:${text}:`),
        ),
        (value) => {
          const request = proxiedRequest('127.0.0.1', undefined, value);
          const read = clientCertificateOf(request);
          assert.equal(read !== undefined, isCertificateHeader(value));
          if (read === undefined) return;
          const bytes = Buffer.from(value.slice(1, -1), 'base64');
          assert.equal(`:${bytes.toString('base64')}:`, value);
          assert.equal(read.sha256, createHash('sha256').update(bytes).digest('base64url'));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of a proxy that is believed names the sender, and never the proxy itself', () => {
    const believing = serverWith({ networks: [], certificates: new Set() });
    const request = rawRequest();
    request.headers['client-cert'] = headerOf(other);
    believing.emit('connection', request.socket);
    assert.ok(!isFromProxy(request));
    assert.equal(clientCertificateOf(request), undefined);

    const proxied = proxiedRequest('127.0.0.1', undefined, headerOf(other));
    assert.ok(isFromProxy(proxied));
    assert.equal(clientCertificateOf(proxied)?.sha256, sha256Of(other));
    const silent = proxiedRequest('192.0.2.9', own, undefined);
    assert.ok(isFromProxy(silent));
    assert.equal(clientCertificateOf(silent), undefined);
  });

  test('is believed from this machine by the address, and from beyond it with a good certificate alone', () => {
    const past = makeCertificate({ notAfter: new Date(Date.now() - HOUR_MS) });
    const early = makeCertificate({ notBefore: new Date(Date.now() + HOUR_MS) });
    const cases: [string, Certificate | undefined, boolean][] = [
      ['127.0.0.1', undefined, true],
      ['::1', undefined, true],
      ['::ffff:127.0.0.1', undefined, true],
      ['192.0.2.9', undefined, false],
      ['192.0.2.9', other, false],
      ['192.0.2.9', own, true],
      ['::ffff:192.0.2.9', own, true],
      ['192.0.2.65', own, false],
      ['127.0.0.2', own, false],
      ['', own, false],
      ['192.0.2.9', past, false],
      ['192.0.2.9', early, false],
    ];
    const extra = [past, early].map(sha256Of);
    for (const [address, certificate, believed] of cases)
      assert.equal(isFromProxy(proxiedRequest(address, certificate, undefined, extra)), believed, address);
  });
});

function serverWith(proxies: TlsProxies): Server {
  const unlistened = makeServer(() => undefined, undefined);
  believeProxies(unlistened, proxies);
  return unlistened;
}

/** A request over a connection from `address`, as a TLS socket that shows `certificate`; nothing is on a wire. */
function proxiedRequest(
  address: string,
  certificate: Certificate | undefined,
  header: string | undefined,
  alsoPinned: readonly string[] = [],
): IncomingMessage {
  const networks = ['127.0.0.1', '::1', '192.0.2.0/26'].flatMap((words) => readNetwork(words) ?? []);
  const believing = serverWith({ networks, certificates: new Set([sha256Of(own), ...alsoPinned]) });
  const socket: TLSSocket = Object.create(TLSSocket.prototype, {
    remoteAddress: { value: address },
    getPeerX509Certificate: { value: () => certificate && new X509Certificate(certificate.cert) },
  });
  const request = rawRequest();
  if (header !== undefined) request.headers['client-cert'] = header;
  Object.defineProperty(request, 'socket', { value: socket });
  believing.emit('secureConnection', socket);
  return request;
}
