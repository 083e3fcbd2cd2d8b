import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { type RenewedTls, TlsUpkeep } from '../../../src/roof/settings/tls-upkeep.ts';
import { type Certificate, type CertificateWish, makeCertificate } from '../../support/certificates.ts';
import { recordedLines } from '../../support/recorded-lines.ts';
import { until } from '../../support/until.ts';

const HOUR_MS = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'tls-upkeep-'));
const certificateFile = join(folder, 'gateway.pem');
const keyFile = join(folder, 'gateway.key');
const privateCaFile = join(folder, 'ca.pem');
after(() => rmSync(folder, { recursive: true }));

const authority = makeCertificate({ name: 'authority', authority: true });
const first = made('first');
const second = made('second');

let renewed: RenewedTls[] = [];
let events: string[] = [];
let lines: Record<string, unknown>[] = [];
let renewing: (() => void) | undefined;

beforeEach(() => {
  [renewed, events, renewing] = [[], [], undefined];
  write(first);
  writeFileSync(privateCaFile, authority.cert);
});

function made(name: string, wish: CertificateWish = {}): Certificate {
  return makeCertificate({ name, hosts: ['127.0.0.1'], ...wish });
}

function write({ cert, key }: Certificate): void {
  writeFileSync(certificateFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
}

function open(current: Certificate = first): TlsUpkeep {
  const recorded = recordedLines();
  lines = recorded.lines;
  return new TlsUpkeep({
    config: {
      tls: { certificate: current.cert, key: current.key, certificateFile, keyFile },
      privateCa: authority.cert,
      privateCaFile,
    },
    logger: recorded.logger,
    metrics: { countEvent: (event) => void events.push(event) },
    now: Date.now,
    async renew(what) {
      renewing?.();
      renewed.push(what);
    },
  });
}

test('files that say what is in force change nothing and are told nowhere', async () => {
  const upkeep = open();
  await upkeep.look();
  assert.deepEqual([renewed, events, lines, upkeep.attention()], [[], [], [], []]);
});

test('another pair is taken up whole, and the log says which one and until when', async () => {
  const upkeep = open();
  write(second);
  await upkeep.look();
  assert.deepEqual(renewed, [{ listener: { certificate: second.cert, key: second.key } }]);
  assert.equal(lines[0]?.['message'], 'certificate taken up');
  assert.match(String(lines[0]?.['sha256']), /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.ok(!JSON.stringify(lines).includes(second.key.slice(40, 80)));
});

test('half of a pair is never taken up: the gateway waits for the other, and goes on with what it has', async () => {
  const upkeep = open();
  writeFileSync(certificateFile, second.cert);
  await upkeep.look();
  await upkeep.look();
  assert.deepEqual(renewed, []);
  assert.deepEqual(events, ['certificate-not-taken-up']);
  assert.deepEqual(upkeep.attention(), [
    'TLS_KEY_FILE is not the key of the first certificate in TLS_CERTIFICATE_FILE: the gateway goes on with what it has',
  ]);
  writeFileSync(keyFile, second.key);
  await upkeep.look();
  assert.equal(renewed.length, 1);
  assert.deepEqual(upkeep.attention(), []);
});

test('a broken file is told once, by attention, log and metric, until it is whole again', async () => {
  const upkeep = open();
  writeFileSync(keyFile, 'no key');
  writeFileSync(privateCaFile, 'no authority');
  for (let look = 0; look < 3; look += 1) await upkeep.look();
  assert.equal(upkeep.attention().length, 2);
  assert.deepEqual(events, ['certificate-not-taken-up', 'certificate-not-taken-up']);
  assert.equal(lines.filter(({ message }) => message === 'certificate').length, 2);
  write(first);
  writeFileSync(privateCaFile, authority.cert);
  await upkeep.look();
  assert.deepEqual([renewed, upkeep.attention()], [[], []]);
});

test('a certificate that is out of date takes the place of none that is in date, but of one that is not', async () => {
  const past = made('past', { notAfter: new Date(Date.now() - HOUR_MS) });
  const early = made('early', { notBefore: new Date(Date.now() + HOUR_MS) });
  const upkeep = open();
  for (const bad of [past, early]) {
    write(bad);
    await upkeep.look();
    assert.deepEqual(renewed, []);
    assert.match(String(upkeep.attention()), /TLS_CERTIFICATE_FILE holds a certificate that is out of date/);
  }
  const late = open(past);
  write(early);
  await late.look();
  assert.equal(renewed.length, 1);
});

test('other private authorities are taken up by themselves', async () => {
  const upkeep = open();
  const both = `${authority.cert}${makeCertificate({ authority: true }).cert}`;
  writeFileSync(privateCaFile, both);
  await upkeep.look();
  assert.deepEqual(renewed, [{ privateCa: both }]);
});

test('what a thread could not take up is not in force, and is tried again', async () => {
  const upkeep = open();
  renewing = () => {
    throw new Error('a thread failed');
  };
  write(second);
  await upkeep.look();
  assert.match(String(upkeep.attention()), /TLS_CERTIFICATE_FILE cannot be taken up: the gateway goes on/);
  renewing = undefined;
  await upkeep.look();
  assert.deepEqual([renewed.length, upkeep.attention()], [1, []]);
});

test('a chain ends with the one of its certificates that ends first, and so do authorities', () => {
  const soon = made('soon', { notAfter: new Date(Date.now() + HOUR_MS) });
  const late = made('late', { notAfter: new Date(Date.now() + 90 * HOUR_MS) });
  const upkeep = open({ ...late, cert: `${late.cert}${soon.cert}` });
  const [listener, privateCa] = upkeep.certificates();
  assert.ok(Math.abs((listener?.goodUntilMs ?? 0) - Date.now() - HOUR_MS) < 60_000);
  assert.deepEqual([listener?.name, privateCa?.name], ['listener', 'private-ca']);
});

test('files that change while the gateway runs are taken up without being asked for', async () => {
  const upkeep = open();
  await upkeep.start();
  try {
    write(second);
    await until('the second pair is taken up', () => renewed.length > 0);
  } finally {
    upkeep.stop();
  }
});

test('a gateway without files of its own has nothing to keep up with', async () => {
  const { logger } = recordedLines();
  const config = { tls: undefined, privateCa: undefined, privateCaFile: undefined };
  const metrics = { countEvent: (event: string) => void events.push(event) };
  const renew = async (what: RenewedTls) => void renewed.push(what);
  const upkeep = new TlsUpkeep({ config, logger, metrics, now: Date.now, renew });
  await upkeep.look();
  assert.deepEqual([renewed, events, upkeep.certificates()], [[], [], []]);
});
