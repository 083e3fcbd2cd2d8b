import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { certificatesIn, readPrivateCa, readTlsFiles } from '../../../src/roof/settings/tls-files.ts';
import { makeCertificate } from '../../support/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-files-'));
after(() => rmSync(folder, { recursive: true }));

const authority = makeCertificate({ name: 'authority', authority: true });
const own = makeCertificate({ hosts: ['127.0.0.1'], issuer: authority });
const other = makeCertificate({});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function wrongOf(certificate: string, key: string): string | undefined {
  const read = readTlsFiles(written('chain.pem', certificate), written('chain.key', key));
  return 'wrong' in read ? read.wrong : undefined;
}

test('a chain with the key of its first certificate is read as it stands', () => {
  const chain = `a comment\n${own.cert}${authority.cert}`;
  const read = readTlsFiles(written('chain.pem', chain), written('chain.key', own.key));
  assert.deepEqual(read, {
    certificate: chain,
    key: own.key,
    certificateFile: join(folder, 'chain.pem'),
    keyFile: join(folder, 'chain.key'),
  });
});

test('what does not fit together or cannot be read is told by the name of its setting, and nothing of it is shown', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a' });
  const cases: [string, string, RegExp][] = [
    [own.cert, other.key, /^TLS_KEY_FILE is not the key of the first certificate in TLS_CERTIFICATE_FILE$/],
    [`${authority.cert}${own.cert}`, own.key, /^TLS_KEY_FILE is not the key of the first/],
    ['', own.key, /^TLS_CERTIFICATE_FILE holds something that is no certificate in PEM, or none$/],
    [own.key, own.key, /^TLS_CERTIFICATE_FILE holds something/],
    [own.cert.slice(0, -40), own.key, /^TLS_CERTIFICATE_FILE holds something/],
    [`${own.cert}${authority.cert.slice(0, 80)}`, own.key, /^TLS_CERTIFICATE_FILE holds something/],
    [own.cert.replace(/[A-Za-z0-9]{40}/, ''), own.key, /^TLS_CERTIFICATE_FILE holds something/],
    [own.cert, '', /^TLS_KEY_FILE holds no key in PEM that can be read without a passphrase$/],
    [own.cert, String(locked), /^TLS_KEY_FILE holds no key/],
    [own.cert, own.key.slice(0, -60), /^TLS_KEY_FILE holds no key/],
  ];
  for (const [certificate, key, expected] of cases) assert.match(String(wrongOf(certificate, key)), expected);
});

test('a key that TLS does not take is refused before a listener has it', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = makeCertificate({ keys, issuer: authority });
  assert.match(String(wrongOf(weak.cert, weak.key)), /^TLS_CERTIFICATE_FILE holds a chain or a key that TLS/);
});

test('a key that everybody on the machine may read is refused, and one for a group is not', () => {
  const certificate = written('open.pem', own.cert);
  const key = written('open.key', own.key);
  for (const [mode, good] of [
    [0o600, true],
    [0o640, true],
    [0o644, false],
    [0o604, false],
  ] as const) {
    chmodSync(key, mode);
    const read = readTlsFiles(certificate, key);
    assert.equal(
      'wrong' in read ? read.wrong.split(':')[0] : undefined,
      good ? undefined : 'TLS_KEY_FILE may be read by everybody on this machine',
    );
  }
});

test('files that are not there are named', () => {
  const key = written('alone.key', own.key);
  const certificate = written('alone.pem', own.cert);
  assert.deepEqual(readTlsFiles(join(folder, 'nowhere'), key), {
    wrong: 'TLS_CERTIFICATE_FILE names a file that cannot be read',
  });
  assert.deepEqual(readTlsFiles(certificate, join(folder, 'nowhere')), {
    wrong: 'TLS_KEY_FILE names a file that cannot be read',
  });
});

test('private authorities are read whole or not at all', () => {
  const file = written('ca.pem', `${authority.cert}${other.cert}`);
  assert.deepEqual(readPrivateCa(file), { certificates: `${authority.cert}${other.cert}`, file });
  assert.equal(certificatesIn(`${authority.cert}${other.cert}`)?.length, 2);
  for (const text of ['', 'no certificate', `${authority.cert}${other.cert.slice(0, 200)}`])
    assert.ok('wrong' in readPrivateCa(written('ca.pem', text)));
  assert.deepEqual(readPrivateCa(join(folder, 'nowhere')), {
    wrong: 'PRIVATE_CA_FILE names a file that cannot be read',
  });
});
