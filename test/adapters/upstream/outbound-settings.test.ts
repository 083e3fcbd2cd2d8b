/** An option that is misspelt stops the start; it never weakens a connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkOutboundSettings, tlsOptions } from '../../../src/adapters/upstream/outbound-settings.ts';
import { createUpstream } from '../../../src/adapters/upstream/upstream.ts';
import { makeCertificate } from '../../support/certificates.ts';

const loose = (settings: object) => settings as Parameters<typeof checkOutboundSettings>[0];

describe('outbound settings', () => {
  it('names every unknown option and what is known instead', () => {
    const settings = loose({ tls: { privateCA: 'x', rejectUnauthorized: false }, proxies: [] });
    assert.throws(
      () => checkOutboundSettings(settings),
      (error: Error) => {
        assert.match(error.message, /`proxies` is not known/);
        assert.match(error.message, /`privateCA` is not known: known are privateCa, oldestVersion/);
        assert.match(error.message, /`rejectUnauthorized` is not known/);
        return true;
      },
    );
    assert.throws(() => createUpstream({ outbound: settings, secrets: new Map() }), TypeError);
  });

  it('refuses values that it does not understand', () => {
    const wrong = [
      { plainHttp: 'always' },
      { tls: { oldestVersion: 'TLSv1' } },
      { tls: { privateCa: 'not a certificate' } },
      { proxy: { address: 'socks5://proxy.example' } },
      { proxy: { address: 'proxy.example' } },
    ];
    for (const settings of wrong) {
      assert.throws(() => checkOutboundSettings(loose(settings)), TypeError, JSON.stringify(settings));
    }
  });

  it('takes what it knows', () => {
    const privateCa = makeCertificate({ authority: true }).cert;
    checkOutboundSettings({ plainHttp: 'loopback', tls: { privateCa, oldestVersion: 'TLSv1.3' } });
    checkOutboundSettings({
      proxy: { address: 'http://proxy.example:3128' },
      allowed: [],
      connectTimeoutMs: 1,
    });
  });

  it('always verifies, whatever else is said', () => {
    const privateCa = makeCertificate({ authority: true }).cert;
    for (const tls of [undefined, { privateCa }, { oldestVersion: 'TLSv1.3' }] as const) {
      assert.equal(tlsOptions(tls).rejectUnauthorized, true);
    }
  });
});
