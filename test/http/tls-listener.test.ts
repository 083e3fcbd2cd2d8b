/** The TLS side of a listener over real sockets: what it speaks, what it shows, and what it lives through. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect as connectPlainly, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import { renewCertificate, type Tls } from '../../src/http/tls-listener.ts';
import { type Certificate, makeCertificate } from '../support/certificates.ts';

const HELLO_NAME = 'gateway.northmere.example';
const first = made('first');
const second = made('second');
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

let server: Server;
let port: number;

before(async () => {
  server = makeServer((_request, response) => response.end('served'), tlsOf(first), {
    headersMs: 400,
    requestMs: 5_000,
    idleMs: 5_000,
    readerMs: 5_000,
    checkEveryMs: 50,
  });
  port = await listen(server, '127.0.0.1', 0);
});
after(() => drain(server, 0));

function made(name: string): Certificate {
  return makeCertificate({ name, hosts: ['127.0.0.1', HELLO_NAME] });
}

function tlsOf({ cert, key }: Certificate): Tls {
  return { certificate: cert, key };
}

/** A connection with its handshake done, or the code of the fault. */
async function opened(options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  const { promise, resolve } = Promise.withResolvers<TLSSocket | string>();
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  socket.on('secureConnect', () => resolve(socket));
  socket.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
  socket.on('close', () => resolve('closed'));
  return promise;
}

async function nameShown(options: ConnectionOptions = {}): Promise<string> {
  const socket = await opened(options);
  if (typeof socket === 'string') return socket;
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function asked(socket: TLSSocket): Promise<string> {
  const answered = once(socket, 'data');
  socket.write(REQUEST);
  const [chunk] = await answered;
  return String(chunk);
}

test('speaks TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, and nothing else', async () => {
  const good: ConnectionOptions[] = [
    { maxVersion: 'TLSv1.2' },
    { minVersion: 'TLSv1.3' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
  ];
  for (const options of good) assert.equal(await nameShown(options), 'first', JSON.stringify(options));
  const bad: ConnectionOptions[] = [
    { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA' },
  ];
  for (const options of bad) {
    const fault = await nameShown(options);
    assert.match(fault, /ALERT|PROTOCOL|CIPHER/i, JSON.stringify(options));
  }
});

test('speaks HTTP/1.1 alone: a client that offers only another protocol gets no connection', async () => {
  for (const ALPNProtocols of [['h2'], ['h3', 'ftp']])
    assert.match(await nameShown({ ALPNProtocols }), /ALPN|NO_APPLICATION_PROTOCOL/i);
  assert.equal(await nameShown({ ALPNProtocols: ['h2', 'http/1.1'] }), 'first');
});

test('a certificate is asked for in the handshake alone: nobody changes it on an open connection', async () => {
  const socket = await opened({ maxVersion: 'TLSv1.2', ...tlsClient(made('client')) });
  assert.ok(typeof socket !== 'string');
  socket.on('error', () => undefined);
  const renegotiated = await new Promise((resolve) => {
    // Whoever is told no waits for ever.
    setTimeout(() => resolve(false), 300);
    if (!socket.renegotiate({}, (error) => resolve(error === null))) resolve(false);
  });
  assert.equal(renegotiated, false);
  socket.destroy();
});

function tlsClient({ cert, key }: Certificate): ConnectionOptions {
  return { cert, key };
}

test('another certificate is shown from the next handshake on, and open connections go on', async () => {
  const open = await opened();
  assert.ok(typeof open !== 'string');
  assert.match(await asked(open), /served/);
  try {
    renewCertificate(server, tlsOf(second));
    assert.equal(await nameShown(), 'second');
    assert.equal(await nameShown({ maxVersion: 'TLSv1.2' }), 'second');
    assert.match(await nameShown({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA' }), /ALERT/i);
    assert.match(await asked(open), /served/);
    assert.equal(open.getPeerCertificate().subject.CN, 'first');
  } finally {
    renewCertificate(server, tlsOf(first));
    open.destroy();
  }
});

test('a certificate and a key that are no pair change nothing', async () => {
  assert.throws(() => renewCertificate(server, { certificate: second.cert, key: first.key }));
  assert.throws(() => renewCertificate(server, { certificate: '', key: '' }));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  assert.throws(() => renewCertificate(server, { certificate: second.cert, key }));
  assert.equal(await nameShown(), 'first');
});

test('a server that speaks plain HTTP has nothing to renew', () => {
  const plain = makeServer(() => undefined, undefined);
  renewCertificate(plain, tlsOf(second));
});

/** The first bytes of a real client, which names `HELLO_NAME` as the server that it wants. */
async function clientHello(): Promise<Buffer> {
  const listening = createServer();
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const there = (listening.address() as AddressInfo).port;
  const client = connect({ port: there, host: '127.0.0.1', servername: HELLO_NAME });
  client.on('error', () => undefined);
  const [socket]: Socket[] = await once(listening, 'connection');
  assert.ok(socket);
  const [hello] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  listening.close();
  return hello;
}

/** Sends bytes and goes on until the server ends the connection, which it does in time. */
async function sendRubbish(bytes: Uint8Array, thenEnds = false): Promise<number> {
  const from = performance.now();
  const socket = connectPlainly(port, '127.0.0.1', () => {
    socket.write(bytes);
    if (thenEnds) socket.end();
  });
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => socket.on('close', resolve));
  return performance.now() - from;
}

/** Names that a client may not ask for, or that a server might look up without care. */
function oddNames(): Buffer[] {
  const size = HELLO_NAME.length;
  const fill = (text: string): Buffer => Buffer.from(text.repeat(size).slice(0, size), 'latin1');
  const texts = [
    '\0',
    '\xff',
    '.',
    '/',
    ' ',
    '\r\n',
    '%00',
    '../',
    '__proto__',
    'a.',
    '*',
    ':',
    '%s%n',
    "'--",
  ];
  return [
    ...texts.map(fill),
    Buffer.from('127.0.0.1'.padEnd(size, '\0')),
    Buffer.from('[::1]'.padEnd(size, ' ')),
  ];
}

test('odd server names and rubbish end their own connection in time, and nothing else', async () => {
  const hello = await clientHello();
  const at = hello.indexOf(HELLO_NAME);
  assert.ok(at > 0);
  const named = oddNames().map((name) =>
    Buffer.concat([hello.subarray(0, at), name, hello.subarray(at + name.length)]),
  );
  const cut = [1, 4, 5, 6, 9, 43, 44, 80, at, at + 3, hello.length - 1].map((end) => hello.subarray(0, end));
  const bent = [1, 2, 3, 4, 5, 6, 8, 9, 43, 76, at - 9, at - 7, at - 5, at - 3, at - 1].map((place) => {
    const copy = Buffer.from(hello);
    copy[place] = (copy[place] ?? 0) ^ 0xff;
    return copy;
  });
  const others = [
    Buffer.from(REQUEST),
    Buffer.from('\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10', 'latin1'),
    Buffer.from('1603010000', 'hex'),
    Buffer.from('16030100050100000100', 'hex'),
    Buffer.from('15030100020228', 'hex'),
    Buffer.from('1603030004010fffff', 'hex'),
    Buffer.from(`1603014000${'ff'.repeat(16_384)}`, 'hex'),
    Buffer.alloc(70_000),
    Buffer.from(Array.from({ length: 3_000 }, (_, place) => (place * 89) % 256)),
  ];
  const rubbish = [...named, ...cut, ...bent, ...others];
  const took = await Promise.all(rubbish.flatMap((bytes) => [sendRubbish(bytes), sendRubbish(bytes, true)]));
  assert.ok(Math.max(...took) < 3_000);
  const socket = await opened({ servername: HELLO_NAME });
  assert.ok(typeof socket !== 'string');
  assert.match(await asked(socket), /served/);
  socket.destroy();
});

test('two hundred handshakes that stand still keep nobody else waiting, and are closed in time', async () => {
  const hello = await clientHello();
  const still = Array.from({ length: 200 }, () => sendRubbish(hello.subarray(0, 60)));
  const from = performance.now();
  assert.equal(await nameShown(), 'first');
  assert.ok(performance.now() - from < 2_000);
  assert.ok(Math.max(...(await Promise.all(still))) < 5_000);
});
