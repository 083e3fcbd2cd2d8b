/** A proxy ends TLS before the gateway and says whose certificate it saw (RFC 9440); from nobody else that counts. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer, request as requestOverTls, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const PATH = '/blue-badges/badges/ZZ9Z01';
const authority = makeCertificate({ name: 'authority of the proxy', authority: true });
const registered = makeCertificate({ name: 'hospital parking' });
const stranger = makeCertificate({ name: 'somebody else' });

let gateway: WholeGateway;
let proxy: Server;

before(async () => {
  gateway = await wholeGateway({
    settings: { TLS_PROXIES: '127.0.0.1' },
    keysAsSampled: true,
    policies: (folder) => {
      const file = join(folder, 'organisations/northmere-hospital-trust.yaml');
      const line = '  - system: northmere-hospital-parking\n';
      const { fingerprint256 } = new X509Certificate(registered.cert);
      const more = `${line}    client certificates: ["${fingerprint256}"]\n`;
      writeFileSync(file, readFileSync(file, 'utf8').replace(line, more));
    },
  });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
  const asks = { requestCert: true, rejectUnauthorized: false };
  proxy = createServer({ cert, key, ...asks }, passOn);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await gateway.close();
});

/** As a proxy does that keeps to RFC 9440 section 4: what the client wrote goes, what was seen stands in its place. */
function passOn(incoming: IncomingMessage, answer: ServerResponse): void {
  const headers: Record<string, unknown> = { ...incoming.headers };
  for (const name of ['client-cert', 'client-cert-chain']) delete headers[name];
  const { socket } = incoming;
  const seen = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (seen !== undefined) headers['client-cert'] = `:${seen.raw.toString('base64')}:`;
  const passed = request(`${gateway.url}${incoming.url}`, {
    method: incoming.method,
    headers: Object(headers),
  });
  passed.on('response', (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  incoming.pipe(passed);
}

async function asked(certificate: Certificate | undefined, more: Record<string, string> = {}) {
  const token = await gateway.token({
    system: 'northmere-hospital-parking',
    person: 'staff-9002',
    roles: ['CARPARK'],
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'exchange-purpose': 'hospital parking',
    'exchange-reason': 'badge shown at the barrier',
    ...more,
  };
  const { port } = proxy.address() as AddressInfo;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const shown = certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key };
  const options = {
    port,
    host: '127.0.0.1',
    path: PATH,
    headers,
    ca: authority.cert,
    agent: false,
    ...shown,
  };
  requestOverTls(options, resolve).on('error', reject).end();
  const answer = await promise;
  return { status: answer.statusCode, body: JSON.parse(await text(answer)) };
}

const headerOf = ({ cert }: Certificate): string => `:${new X509Certificate(cert).raw.toString('base64')}:`;

test('the certificate that the proxy saw proves the system, and the entries say so', async () => {
  const { status, body } = await asked(registered);
  assert.equal(status, 200, JSON.stringify(body));
  const methods = gateway
    .leaves()
    .slice(-2)
    .map(({ kind, auth }) => [kind, Object(auth).method]);
  assert.deepEqual(methods, [
    ['sent', 'mtls'],
    ['released', 'mtls'],
  ]);
});

test('another certificate, or none, proves nothing, whatever the client wrote into the header itself', async () => {
  const forwarded = gateway.recorded.length;
  for (const certificate of [stranger, undefined]) {
    assert.equal((await asked(certificate)).status, 401);
    assert.equal((await asked(certificate, { 'client-cert': headerOf(registered) })).status, 401);
  }
  assert.equal(gateway.recorded.length, forwarded);
});

test('a proxy that lets a look-alike of the header through gets 400, because another server could read it', async () => {
  const forwarded = gateway.recorded.length;
  const { status, body } = await asked(stranger, { client_cert: headerOf(registered) });
  assert.deepEqual([status, body.type], [400, '/problems/header-invalid']);
  assert.equal(gateway.recorded.length, forwarded);
});

test('what no provider may see goes to none: not one of the headers about a certificate reaches it', () => {
  assert.ok(gateway.recorded.length > 0);
  for (const { headers } of gateway.recorded)
    assert.doesNotMatch(headers.join('\n'), /client-cert|ssl-client/i);
});
