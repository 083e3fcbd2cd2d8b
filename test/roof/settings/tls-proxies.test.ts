import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SettingsReader } from '../../../src/roof/settings/settings-reader.ts';
import { readTlsProxies } from '../../../src/roof/settings/tls-proxies.ts';

const FINGERPRINT = Array.from({ length: 32 }, (_, at) => (at + 160).toString(16).toUpperCase()).join(':');

function mistakes(settings: Record<string, string>, speaksTls = true): readonly string[] {
  const reader = new SettingsReader(settings);
  readTlsProxies(reader, speaksTls);
  return reader.mistakes;
}

test('nobody is believed unless the settings name somebody', () => {
  const reader = new SettingsReader({});
  assert.deepEqual(readTlsProxies(reader, false), { networks: [], certificates: new Set() });
  assert.deepEqual(reader.mistakes, []);
});

test('proxies on this machine need no certificate, and the connection no TLS', () => {
  for (const words of ['127.0.0.1', '127.0.0.0/8', '::1', '0:0:0:0:0:0:0:1', '127.0.0.1, ::1'])
    assert.deepEqual(mistakes({ TLS_PROXIES: words }, false), [], words);
});

test('proxies beyond this machine need the fingerprints of their certificates, and a listener to show them to', () => {
  const named = { TLS_PROXIES: '192.0.2.0/28, 127.0.0.1' };
  const told =
    /^TLS_PROXIES names proxies beyond this machine: they need TLS_PROXY_CERTIFICATES, and TLS_CERTIFICATE_FILE/;
  assert.match(String(mistakes(named)), told);
  assert.match(String(mistakes({ ...named, TLS_PROXY_CERTIFICATES: FINGERPRINT }, false)), told);
  assert.match(String(mistakes({ TLS_PROXIES: '126.0.0.0/7' })), told);
  const reader = new SettingsReader({ ...named, TLS_PROXY_CERTIFICATES: FINGERPRINT });
  const proxies = readTlsProxies(reader, true);
  assert.deepEqual(reader.mistakes, []);
  assert.deepEqual(
    [...proxies.certificates],
    [Buffer.from(FINGERPRINT.replaceAll(':', ''), 'hex').toString('base64url')],
  );
  assert.deepEqual(
    proxies.networks.map(({ words }) => words),
    ['192.0.2.0/28', '127.0.0.1'],
  );
});

test('what is no address or no fingerprint is told', () => {
  assert.match(
    String(mistakes({ TLS_PROXIES: 'balancer.northmere.example' })),
    /^TLS_PROXIES is not a list of/,
  );
  assert.match(String(mistakes({ TLS_PROXIES: '192.0.2.1/24' })), /^TLS_PROXIES is not a list of/);
  const half = { TLS_PROXIES: '127.0.0.1', TLS_PROXY_CERTIFICATES: 'AB:CD' };
  assert.match(String(mistakes(half)), /^TLS_PROXY_CERTIFICATES is not a list of SHA-256 fingerprints/);
  assert.deepEqual(mistakes({ TLS_PROXY_CERTIFICATES: FINGERPRINT }), [
    'TLS_PROXIES is missing beside TLS_PROXY_CERTIFICATES',
  ]);
});
