/** Through a proxy every connection is a CONNECT tunnel, and TLS is end to end inside it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createUpstream } from '../../../src/adapters/upstream/upstream.ts';
import { makeCertificate } from '../../support/certificates.ts';
import {
  A_REQUEST,
  aContext,
  aDataset,
  jsonAnswer,
  RawServer,
  readAll,
} from '../../support/test-upstream.ts';

describe('proxy tunnel', () => {
  const connects: IncomingMessage[] = [];
  let refuses = false;
  let early = '';
  let target: RawServer;
  const proxy = createServer();

  before(async () => {
    target = await RawServer.start((socket) => socket.write(jsonAnswer('{"via":"tunnel"}')));
    proxy.on('connect', (request, socket) => {
      connects.push(request);
      socket.on('error', () => undefined);
      if (refuses) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      const port = Number(request.url?.split(':').at(-1));
      const onward = connect(port, '127.0.0.1', () => {
        socket.write(`HTTP/1.1 200 Connection established\r\n\r\n${early}`);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    await target.stop();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  const settings = () => ({
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    authorization: 'Basic dGVzdDp0ZXN0',
  });

  async function ask(address: string, tls?: { privateCa: string }): Promise<string> {
    const outbound = {
      plainHttp: 'loopback',
      allowed: ['127.0.0.0/8'],
      proxy: settings(),
      ...(tls && { tls }),
    } as const;
    const upstream = createUpstream({ outbound, secrets: new Map() });
    try {
      return (await readAll(await upstream.fetch(A_REQUEST, aDataset(address), aContext()))).toString();
    } finally {
      await upstream.close();
    }
  }

  it('asks the proxy for the target by name, with the credential of the proxy for the proxy alone', async () => {
    assert.equal(await ask(`http://localhost:${target.port}`), '{"via":"tunnel"}');
    assert.equal(connects.at(-1)?.url, `localhost:${target.port}`);
    assert.equal(connects.at(-1)?.headers['proxy-authorization'], 'Basic dGVzdDp0ZXN0');
    assert.ok(!target.requests.join('').toLowerCase().includes('proxy-'));
  });

  it('verifies the certificate of the target inside the tunnel', async (t) => {
    const authority = makeCertificate({ name: 'CA', authority: true });
    const { cert, key } = makeCertificate({ hosts: ['api.example'], issuer: authority });
    const server = createTlsServer({ cert, key }, (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    assert.equal(await ask(`https://api.example:${port}`, { privateCa: authority.cert }), '{}');
    await assert.rejects(ask(`https://other.example:${port}`, { privateCa: authority.cert }), {
      message: 'certificate of the upstream is not trusted',
    });
  });

  it('fails where the proxy refuses or speaks before it is asked', async () => {
    refuses = true;
    await assert.rejects(ask(`http://localhost:${target.port}`), { code: 'upstream-unreachable' });
    refuses = false;
    early = jsonAnswer('{"from":"proxy"}');
    await assert.rejects(ask(`http://localhost:${target.port}`), { code: 'upstream-unreachable' });
    early = '';
  });

  it('still opens no tunnel to a literal address that is not allowed', async () => {
    const before = connects.length;
    await assert.rejects(ask('https://169.254.169.254'), { code: 'upstream-unreachable' });
    assert.equal(connects.length, before);
  });
});
