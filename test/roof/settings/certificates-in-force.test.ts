/** A gateway of two threads that speaks TLS: its certificate is replaced, broken and brought back while it serves. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type CertificateWish, makeCertificate } from '../../support/certificates.ts';
import { askOverTls, tlsPlaces, writeTlsFiles } from '../../support/gateway-tls.ts';
import { json, type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const DAY_MS = 86_400_000;
/** With so many connections, chance leaves a thread out once in a million runs. */
const CONNECTIONS = 20;

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway({ tls: true, settings: { GATEWAY_THREADS: '2' } });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
});
after(() => gateway.close());

/** The names of the certificates that so many connections are shown. */
async function namesShown(): Promise<Set<string>> {
  const one = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: gateway.running.port, host: '127.0.0.1', rejectUnauthorized: false });
      socket.on('error', reject).on('secureConnect', () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
    });
  return new Set(await Promise.all(Array.from({ length: CONNECTIONS }, one)));
}

async function health(): Promise<{ status: number; attention: string[] }> {
  const answer = await fetch(`${gateway.operations}/health/ready`);
  const { attention } = (await answer.json()) as { attention: string[] };
  return { status: answer.status, attention: attention.filter((words) => /TLS_|PRIVATE_CA/.test(words)) };
}

async function untilShown(name: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (![...(await namesShown())].every((shown) => shown === name)) {
    if (Date.now() > end) throw new Error(`never came on every thread: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function replace(wish: CertificateWish): void {
  writeTlsFiles(gateway.folder, wish);
}

const asked = async (certificate?: { cert: string; key: string }) => {
  const token = await gateway.token({ system: 'westhaven-parking-app', person: 'staff-1', roles: ['CEO'] });
  const headers = {
    authorization: `Bearer ${token}`,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'PCN-0001',
  };
  const shown = certificate === undefined ? {} : { certificate };
  return askOverTls(gateway, '/blue-badges/badges/ZZ9Z01', { headers, ...shown });
};

test('serves over TLS, whether the caller shows a certificate, which nobody asked for, or none', async () => {
  assert.equal((await asked()).status, 200);
  assert.equal((await asked(makeCertificate({ name: 'westhaven-parking-app' }))).status, 200);
});

test('a certificate that somebody writes into a header is refused, and its owner learns nothing of the data', async () => {
  const headers = { 'client-cert': ':AAAA:' };
  const { status, body } = await askOverTls(gateway, '/blue-badges/badges/ZZ9Z01', { headers });
  assert.deepEqual([status, JSON.parse(body).type], [400, '/problems/certificate-header']);
});

test('another certificate is taken up by every thread, while both are in date and nothing is said', async () => {
  replace({ name: 'second', notAfter: new Date(Date.now() + 90 * DAY_MS) });
  await untilShown('second');
  // The look that renewed it may still be waiting for a thread's answer.
  await gateway.running.reloadCertificates();
  assert.deepEqual((await health()).attention, []);
  assert.equal((await asked()).status, 200);
});

test('a certificate without its key is not taken up: attention, metric, and the old one goes on', async () => {
  const { cert, key } = makeCertificate({ name: 'third', hosts: ['127.0.0.1'] });
  writeFileSync(tlsPlaces(gateway.folder).certificate, cert);
  await gateway.running.reloadCertificates();
  const { status, attention } = await health();
  assert.equal(status, 200);
  assert.match(attention.join(), /^TLS_KEY_FILE is not the key of the first certificate/);
  assert.deepEqual(await namesShown(), new Set(['second']));
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  assert.match(metrics, /^gateway_events_total\{event="certificate-not-taken-up"\} 1$/m);
  writeFileSync(tlsPlaces(gateway.folder).key, key);
  await gateway.running.reloadCertificates();
  assert.deepEqual(await namesShown(), new Set(['third']));
});

test('whoever asks for it has another certificate on every thread at once', async () => {
  replace({ name: 'at once' });
  await gateway.running.reloadCertificates();
  assert.deepEqual(await namesShown(), new Set(['at once']));
});

test('a certificate that ends within 30 days leaves the gateway ready, and is told by attention and metric', async () => {
  replace({ name: 'late', notAfter: new Date(Date.now() + 10.5 * DAY_MS) });
  await gateway.running.reloadCertificates();
  const { status, attention } = await health();
  assert.equal(status, 200);
  assert.match(
    attention.join(),
    /^the certificate in TLS_CERTIFICATE_FILE expires in 10 days, on \d{4}-\d\d-\d\d/,
  );
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  const [, seconds] =
    /^gateway_certificate_expires_seconds\{certificate="listener"\} (\S+)$/m.exec(metrics) ?? [];
  assert.equal(Math.floor(Number(seconds) / (DAY_MS / 1000)), 10);
});
