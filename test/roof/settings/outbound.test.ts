import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createOutboundFetch } from '../../../src/adapters/upstream/outbound-fetch.ts';
import { checkOutboundSettings } from '../../../src/adapters/upstream/outbound-settings.ts';
import type { Config } from '../../../src/config.ts';
import { outboundSettings, renewPrivateCa } from '../../../src/roof/settings/outbound.ts';
import { makeCertificate } from '../../support/certificates.ts';

const config = { privateAddresses: [], privateCa: undefined, outboundProxy: undefined } as unknown as Config;

test('allows no private address and no plain HTTP unless the configuration names some', () => {
  assert.deepEqual(outboundSettings(config), { allowed: [], plainHttp: 'never' });
  assert.equal(outboundSettings({ ...config, privateAddresses: ['10.0.0.0/8'] }).plainHttp, 'loopback');
});

test('passes on the private authority and the proxy as the adapter understands them', () => {
  const settings = outboundSettings({
    ...config,
    privateCa: '-----BEGIN CERTIFICATE-----',
    outboundProxy: 'http://proxy.example:3128',
  });
  assert.doesNotThrow(() => checkOutboundSettings(settings));
  assert.deepEqual(settings.proxy, { address: 'http://proxy.example:3128' });
});

test('other private authorities count from the next connection on, and those that went count no more', async () => {
  const [first, second] = [1, 2].map((at) => makeCertificate({ name: `authority ${at}`, authority: true }));
  assert.ok(first && second);
  const { cert, key } = makeCertificate({ hosts: ['127.0.0.1'], issuer: second });
  // Each connection serves one request.
  const server = createServer({ cert, key }, (_request, response) => {
    response.writeHead(200, { connection: 'close', 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const own = { ...config, privateAddresses: ['127.0.0.1'], privateCa: first.cert };
  const { fetch, close } = createOutboundFetch(outboundSettings(own));
  after(close);
  await assert.rejects(fetch(address));
  renewPrivateCa(own, `${first.cert}${second.cert}`);
  assert.equal((await fetch(address)).status, 200);
  renewPrivateCa(own, first.cert);
  await assert.rejects(fetch(address));
});
