import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOutboundSettings } from '../../../src/adapters/upstream/outbound-settings.ts';
import type { Config } from '../../../src/config.ts';
import { outboundSettings } from '../../../src/roof/settings/outbound.ts';

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
