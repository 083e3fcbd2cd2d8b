/** The address that was judged is the one that is connected to, and every certificate is verified. */
import assert from 'node:assert/strict';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { OutboundSettings } from '../../../src/adapters/upstream/outbound-settings.ts';
import { createUpstream } from '../../../src/adapters/upstream/upstream.ts';
import { type Certificate, makeCertificate } from '../../support/certificates.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
  until,
} from '../../support/test-upstream.ts';

/** Asks a dataset at `address` once and tells the status or the failure. */
async function ask(address: string, outbound: OutboundSettings): Promise<string> {
  const upstream = createUpstream({ outbound, secrets: new Map() });
  try {
    const answer = await upstream.fetch(A_REQUEST, aDataset(address), aContext());
    await readAll(answer);
    return String(answer.status);
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${error.code}: ${error.message}` : String(error);
  } finally {
    await upstream.close();
  }
}

describe('connector, addresses', () => {
  let server: RawServer;
  before(async () => {
    server = await RawServer.start((socket) => socket.write(jsonAnswer('{}')));
  });
  after(() => server.stop());

  const refusedAddress = 'upstream-unreachable: address of the upstream is not allowed';

  it('opens no connection to a loopback address that is not allowed', async () => {
    const before = server.accepted;
    const found = await ask(server.address, { plainHttp: 'loopback' });
    assert.match(found, /^upstream-unreachable: .*not allow/);
    assert.equal(server.accepted, before);
  });

  it('opens no connection to a name that leads to a private address', async () => {
    const before = server.accepted;
    const found = await ask(`https://api.example:${server.port}`, {
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    assert.equal(found, refusedAddress);
    assert.equal(server.accepted, before);
  });

  it('refuses a name when only one of its addresses is private', async () => {
    const found = await ask(`https://api.example:${server.port}`, {
      lookup: async () => [
        { address: '192.0.43.8', family: 4 },
        { address: '::ffff:7f00:1', family: 6 },
      ],
    });
    assert.equal(found, refusedAddress);
  });

  it('looks a name up once for a connection, so that a second answer changes nothing', async (t) => {
    let lookups = 0;
    const outbound: OutboundSettings = {
      allowed: ['127.0.0.1/32'],
      plainHttp: 'loopback',
      lookup: async () => {
        lookups += 1;
        return [{ address: lookups === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
      },
    };
    const upstream = createUpstream({ outbound, secrets: new Map() });
    t.after(() => upstream.close());
    const dataset = aDataset(`http://localhost:${server.port}`);
    await readAll(await upstream.fetch(A_REQUEST, dataset, aContext()));
    assert.equal(lookups, 1);
    // A connection that is opened anew is judged anew.
    for (const socket of server.sockets) socket.destroy();
    await until(() => upstream.load()[0]?.connections === 0);
    await assert.rejects(upstream.fetch(A_REQUEST, dataset, aContext()), { code: 'upstream-unreachable' });
    assert.equal(lookups, 2);
  });

  it('reaches what the configuration allows', async () => {
    assert.equal(await ask(server.address, { allowed: ['127.0.0.1'], plainHttp: 'loopback' }), '200');
    const byName = `http://localhost:${server.port}`;
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    assert.equal(await ask(byName, { allowed: ['localhost'], plainHttp: 'loopback', lookup }), '200');
  });

  it('says unreachable for a name without an address and for a port where nobody listens', async () => {
    assert.match(await ask('https://api.example', { lookup: async () => [] }), /^upstream-unreachable/);
    const nobody = await RawServer.start(() => undefined);
    await nobody.stop();
    assert.match(
      await ask(nobody.address, { allowed: ['127.0.0.1'], plainHttp: 'loopback' }),
      /^upstream-unreachable/,
    );
  });
});

describe('connector, TLS', () => {
  const authority = makeCertificate({ name: 'private CA', authority: true });
  const hour = 3_600_000;

  async function asked(
    certificate: Certificate,
    outbound: OutboundSettings,
    host = 'api.example',
  ): Promise<string> {
    const { cert, key } = certificate;
    const server: Server = createTlsServer({ cert, key, maxVersion: 'TLSv1.2' }, (_request, response) => {
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const { port } = server.address() as AddressInfo;
    const found = await ask(`https://${host}:${port}`, { allowed: ['127.0.0.0/8'], lookup, ...outbound });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return found;
  }

  const tls = { privateCa: authority.cert };
  const untrusted = 'upstream-unreachable: certificate of the upstream is not trusted';

  it('reaches a server whose certificate a private CA signed', async () => {
    const good = makeCertificate({ hosts: ['api.example'], issuer: authority });
    assert.equal(await asked(good, { tls }), '200');
    const byAddress = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
    assert.equal(await asked(byAddress, { tls }, '127.0.0.1'), '200');
  });

  it('refuses an older version of TLS than the configuration allows', async () => {
    const good = makeCertificate({ hosts: ['api.example'], issuer: authority });
    const found = await asked(good, { tls: { ...tls, oldestVersion: 'TLSv1.3' } });
    assert.match(found, /^upstream-unreachable/);
  });

  it('refuses a certificate that an unknown CA signed', async () => {
    const good = makeCertificate({ hosts: ['api.example'], issuer: authority });
    assert.equal(await asked(good, {}), untrusted);
  });

  it('refuses a self-signed certificate', async () => {
    assert.equal(await asked(makeCertificate({ hosts: ['api.example'] }), { tls }), untrusted);
  });

  it('refuses a certificate of another name', async () => {
    const other = makeCertificate({ hosts: ['other.example'], issuer: authority });
    assert.equal(await asked(other, { tls }), untrusted);
  });

  it('refuses a certificate that has expired or is not valid yet', async () => {
    const past = { notBefore: new Date(Date.now() - 2 * hour), notAfter: new Date(Date.now() - hour) };
    const future = { notBefore: new Date(Date.now() + hour), notAfter: new Date(Date.now() + 2 * hour) };
    for (const dates of [past, future]) {
      const certificate = makeCertificate({ hosts: ['api.example'], issuer: authority, ...dates });
      assert.equal(await asked(certificate, { tls }), untrusted);
    }
  });

  it('refuses a server that does not speak TLS', async () => {
    const plain = await RawServer.start(() => undefined);
    for (const socket of plain.sockets) socket.end();
    const found = await ask(`https://127.0.0.1:${plain.port}`, {
      allowed: ['127.0.0.1'],
      connectTimeoutMs: 200,
    });
    assert.match(found, /^upstream-(timeout|unreachable)/);
    await plain.stop();
  });
});
