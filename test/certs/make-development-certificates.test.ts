/** The maker of development certificates, whose files a real listener and a real client take. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readFingerprint } from '../../src/domain/certificate-fingerprint.ts';
import type { ClientCertificate } from '../../src/exchange/ports.ts';
import { clientCertificateOf } from '../../src/http/client-certificate.ts';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import { readTlsFiles } from '../../src/roof/settings/tls-files.ts';

const SCRIPT = join(import.meta.dirname, '../../certs/make-development-certificates.sh');
const folder = mkdtempSync(join(tmpdir(), 'development-certificates-'));
after(() => rmSync(folder, { recursive: true }));
const withoutOpenssl = spawnSync('openssl', ['version']).status !== 0;
const skip = withoutOpenssl ? 'openssl is not on this machine' : false;

function make(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env['PATH'], CERTIFICATES_FOLDER: folder };
  return spawnSync('sh', [SCRIPT, ...args], { env, encoding: 'utf8' });
}

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('a listener with the server certificate knows a client by the fingerprint that was printed', {
  skip,
}, async () => {
  assert.equal(make().status, 0);
  const { status, stdout } = make('client', 'parking-app');
  assert.equal(status, 0);
  const [, printed] = /^client certificates:\n {2}- (\S+)\n$/.exec(stdout) ?? [];
  const tls = readTlsFiles(join(folder, 'gateway.pem'), join(folder, 'gateway.key'));
  assert.ok(!('wrong' in tls), JSON.stringify(tls));
  let seen: ClientCertificate | undefined;
  const server = makeServer((incoming, response) => {
    seen = clientCertificateOf(incoming);
    response.end();
  }, tls);
  const port = await listen(server, '127.0.0.1', 0);
  const shown = {
    ca: text('development-ca.pem'),
    cert: text('parking-app.pem'),
    key: text('parking-app.key'),
  };
  await new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', agent: false, ...shown }, (answer) =>
      answer.resume().on('end', resolve),
    );
    asked.on('error', reject).end();
  });
  await drain(server, 0);
  assert.ok(seen);
  assert.equal(seen.sha256, readFingerprint(printed ?? ''));
});

test('the authority stays while others are made, and no key is for anybody else to read', { skip }, () => {
  const authority = text('development-ca.pem');
  assert.equal(make('client', 'housing-app').status, 0);
  assert.equal(make('server').status, 0);
  assert.equal(text('development-ca.pem'), authority);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
});

test('a client certificate is never written over another, because its fingerprint may be registered', {
  skip,
}, () => {
  const before = text('parking-app.pem');
  assert.equal(make('client', 'parking-app').status, 1);
  assert.equal(text('parking-app.pem'), before);
});

test('a name that would lead elsewhere, or that another file has, is refused with the usage', {
  skip,
}, () => {
  const before = readdirSync(folder);
  for (const args of [
    ['client'],
    ['client', '../a'],
    ['client', 'a b'],
    ['client', '-x'],
    ['client', 'gateway'],
    ['both'],
    ['client', 'a', 'b'],
  ]) {
    const { status, stderr } = make(...args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, /^usage: /);
  }
  assert.deepEqual(readdirSync(folder), before);
});
