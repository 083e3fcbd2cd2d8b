import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMetrics } from '../../../src/adapters/telemetry/metrics.ts';
import {
  CertificateExpiry,
  expiryInWords,
  watchedIn,
} from '../../../src/roof/settings/certificate-expiry.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { recordedLines } from '../../support/recorded-lines.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-24T12:00:00Z');
const watched = (goodUntilMs: number, goodFromMs = NOW - DAY_MS) => ({
  name: 'listener',
  words: 'the certificate in TLS_CERTIFICATE_FILE',
  goodFromMs,
  goodUntilMs,
});

test('a certificate is spoken of from 30 days before its end, and plainly once it has ended', () => {
  const words = (ms: number) => expiryInWords(watched(NOW + ms), NOW);
  assert.equal(words(30 * DAY_MS + 1), undefined);
  assert.match(
    String(words(30 * DAY_MS)),
    /^the certificate in TLS_CERTIFICATE_FILE expires in 30 days, on 2026-12-24: put/,
  );
  assert.match(String(words(DAY_MS + 1)), /expires in 1 day, on 2026-11-25/);
  assert.match(String(words(1)), /expires within a day, on 2026-11-24/);
  assert.match(
    String(words(-1)),
    /^the certificate in TLS_CERTIFICATE_FILE has expired, on 2026-11-24: whoever/,
  );
});

test('a certificate that is not valid yet is told too', () => {
  const early = watched(NOW + 90 * DAY_MS, NOW + DAY_MS);
  assert.match(String(expiryInWords(early, NOW)), /is not valid before 2026-11-25/);
});

test('what is watched of a chain is its certificate that ends first and the one that begins last', () => {
  const date = (text: string): Date => new Date(`${text}T00:00:00Z`);
  const of = (from: string, until: string): string =>
    makeCertificate({ notBefore: date(from), notAfter: date(until) }).cert;
  const chain = of('2026-01-01', '2027-06-01') + of('2026-02-01', '2030-01-01');
  assert.deepEqual(watchedIn(chain, 'listener', 'it'), [
    {
      ...{ name: 'listener', words: 'it' },
      goodFromMs: date('2026-02-01').getTime(),
      goodUntilMs: date('2027-06-01').getTime(),
    },
  ]);
  assert.deepEqual(watchedIn('', 'listener', 'it'), []);
});

test('the log says it once a day for each certificate, and as often anew as there are certificates', () => {
  const { logger, lines } = recordedLines();
  let now = NOW;
  const certificates = [watched(NOW + 10 * DAY_MS), { ...watched(NOW + 400 * DAY_MS), name: 'private-ca' }];
  const expiry = new CertificateExpiry({
    ...{ logger, metrics: makeMetrics(undefined), now: () => now },
    certificates: () => certificates,
  });
  for (let hour = 0; hour < 49; hour += 1) {
    expiry.tell();
    now += DAY_MS / 24;
  }
  assert.deepEqual(
    lines.map(({ level, message, certificate }) => [level, message, certificate]),
    Array.from({ length: 3 }, () => ['warn', 'certificate', 'listener']),
  );
  assert.equal(expiry.attention().length, 1);
});

test('the metric counts down to the end of each certificate, and below nothing', async () => {
  const metrics = makeMetrics(undefined);
  const { logger } = recordedLines();
  const certificates = () => [watched(NOW + 5_000), { ...watched(NOW - 7_000), name: 'private-ca' }];
  const expiry = new CertificateExpiry({ logger, metrics, certificates, now: () => NOW });
  expiry.start();
  expiry.stop();
  const { text } = await metrics.text();
  assert.match(text, /^gateway_certificate_expires_seconds\{certificate="listener"\} 5$/m);
  assert.match(text, /^gateway_certificate_expires_seconds\{certificate="private-ca"\} -7$/m);
});
