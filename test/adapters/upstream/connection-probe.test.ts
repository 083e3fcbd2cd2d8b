/** Tests of src/adapters/upstream/connection-probe.ts: it connects as the gateway does, and sends nothing. */
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { probeConnection } from '../../../src/adapters/upstream/connection-probe.ts';
import { type Certificate, makeCertificate } from '../../support/certificates.ts';
import { RawServer } from '../../support/test-upstream.ts';

const DAY_MS = 86_400_000;
const HERE = ['127.0.0.1'];
const ends = new Date(Math.floor(Date.now() / 1000) * 1000 + 40 * DAY_MS);

async function serving(t: TestContext, certificate: Certificate, chain = ''): Promise<string> {
  const server = createServer({ ...certificate, cert: certificate.cert + chain }, () => assert.fail('asked'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/some/path`;
}

test('the version and the end of the chain are told, the one that ends first', async (t) => {
  const later = new Date(+ends + 9 * DAY_MS);
  for (const [rootEnds, leafEnds] of [
    [ends, later],
    [later, ends],
  ]) {
    assert.ok(rootEnds !== undefined && leafEnds !== undefined);
    const authority = makeCertificate({ name: 'root', authority: true, notAfter: rootEnds });
    const leaf = makeCertificate({ issuer: authority, hosts: HERE, notAfter: leafEnds });
    const address = await serving(t, leaf, authority.cert);
    const seen = await probeConnection(address, { allowed: HERE, tls: { privateCa: authority.cert } });
    const tls = { version: 'TLSv1.3', endsAtMs: +ends };
    assert.deepEqual(seen, { reached: true, address: new URL(address).origin, tls });
  }
});

test('a certificate that the gateway would not take is not taken here', async (t) => {
  const own = makeCertificate({ hosts: HERE });
  const seen = await probeConnection(await serving(t, own), { allowed: HERE });
  assert.deepEqual(seen.reached ? '' : seen.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('an address that is not allowed is not connected to', async (t) => {
  const address = await serving(t, makeCertificate({ hosts: HERE }));
  const seen = await probeConnection(address, {});
  assert.equal(seen.reached ? '' : seen.code, 'ADDRESS_REFUSED');
});

test('plain HTTP is taken on this machine alone, where the settings let it, and nothing is sent', async (t) => {
  const server = await RawServer.start(() => assert.fail('asked'));
  t.after(() => server.stop());
  const closed = await probeConnection(server.address, { allowed: HERE });
  assert.equal(closed.reached ? '' : closed.code, 'NOT_HTTPS');
  assert.equal(server.accepted, 0);
  const open = await probeConnection(server.address, { allowed: HERE, plainHttp: 'loopback' });
  assert.deepEqual(open, { reached: true, address: server.address, tls: undefined });
  assert.deepEqual(server.requests, []);
});

test('a server that is down is told by its code', async () => {
  const server = await RawServer.start(() => undefined);
  await server.stop();
  const seen = await probeConnection(server.address, { allowed: HERE, plainHttp: 'loopback' });
  assert.equal(seen.reached ? '' : seen.code, 'ECONNREFUSED');
});

test('a proxy that opens no way is told apart from a server that is down', async (t) => {
  const proxy = await RawServer.start((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  t.after(() => proxy.stop());
  const seen = await probeConnection('https://api.example', { proxy: { address: proxy.address } });
  assert.equal(seen.reached ? '' : seen.code, 'PROXY');
  assert.match(proxy.requests[0] ?? '', /^CONNECT api\.example:443 /);
});
