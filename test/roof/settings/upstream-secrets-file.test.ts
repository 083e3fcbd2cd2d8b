/** The file of the upstream secrets is taken whole or not at all, and no message says a value. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../src/config.ts';
import {
  readSecretsAndFiles,
  readUpstreamSecrets,
} from '../../../src/roof/settings/upstream-secrets-file.ts';
import { makeCertificate } from '../../support/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
after(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

let files = 0;
function file(content: unknown, mode = 0o600): string {
  files += 1;
  return put(`${files}.json`, typeof content === 'string' ? content : JSON.stringify(content), mode);
}

const own = makeCertificate({ name: 'gateway' });
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;
const CLIENT = {
  kind: 'oauth client credentials',
  host: 'a.example',
  clientId: 'gateway',
  tokenIssuer: 'https://login.example',
};

/** What is said of a file with this one secret. */
function mistakesOf(secret: unknown): string {
  try {
    readUpstreamSecrets(file({ KEY: secret }), {});
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes.join('\n');
  }
  return '';
}

test('reads secrets that are bound to their hosts', () => {
  const secrets = readUpstreamSecrets(file({ KEY: { kind: 'api key', host: 'a.example', value: 'v' } }));
  assert.deepEqual(secrets.get('KEY'), { kind: 'api key', host: 'a.example', value: 'v' });
});

test('reads secrets from files of their own and from the environment, and names the files', () => {
  const key = put('key.txt', 'from-a-file\n');
  const chain = put('own.pem', own.cert, 0o644);
  const certificateKey = put('own.key', own.key);
  const path = file({
    FILE: { kind: 'api key', host: 'a.example', value: { file: 'key.txt' } },
    ENVIRONMENT: { ...CLIENT, clientSecret: { environment: 'LOGIN_SECRET' } },
    CERTIFICATE: {
      ...{ kind: 'client certificate', host: 'b.example' },
      ...{ certificate: { file: chain }, certificateKey: { file: 'own.key' } },
    },
  });
  const { secrets, files } = readSecretsAndFiles(path, { LOGIN_SECRET: 'from-the-environment' });
  assert.deepEqual(secrets.get('FILE'), { kind: 'api key', host: 'a.example', value: 'from-a-file' });
  assert.deepEqual(secrets.get('ENVIRONMENT'), { ...CLIENT, clientSecret: 'from-the-environment' });
  assert.deepEqual(secrets.get('CERTIFICATE')?.certificate, { chain: own.cert, key: own.key });
  assert.deepEqual(files, [path, key, chain, certificateKey]);
});

test('reads each way of signing in at a token issuer', () => {
  const certificate = { certificate: own.cert, certificateKey: own.key };
  const shown = { chain: own.cert, key: own.key };
  const secrets = readUpstreamSecrets(
    file({
      POST: { ...CLIENT, authentication: 'client_secret_post', clientSecret: 's' },
      KEY: {
        ...{ ...CLIENT, authentication: 'private_key_jwt', signingKey: rsa, signingAlgorithm: 'RS512' },
        ...{ signingKeyId: 'k1', assertionAudience: 'https://login.example/token' },
        tokenEndpoint: 'https://login.example/token',
      },
      TLS: { ...CLIENT, authentication: 'tls_client_auth', ...certificate },
    }),
  );
  assert.deepEqual(secrets.get('POST'), {
    ...CLIENT,
    authentication: 'client_secret_post',
    clientSecret: 's',
  });
  assert.deepEqual(secrets.get('KEY'), {
    ...{ ...CLIENT, authentication: 'private_key_jwt', tokenEndpoint: 'https://login.example/token' },
    signing: { key: rsa, algorithm: 'RS512', keyId: 'k1', audience: 'https://login.example/token' },
  });
  assert.deepEqual(secrets.get('TLS'), { ...CLIENT, authentication: 'tls_client_auth', certificate: shown });
});

test('refuses a file that others may read, and a secret in such a file', () => {
  assert.throws(() => readUpstreamSecrets(file({}, 0o644)), /mode must be 0600/);
  const open = put('open.txt', 'top-secret', 0o644);
  assert.match(
    mistakesOf({ kind: 'api key', host: 'h', value: { file: open } }),
    /KEY\.value may be read by others: its mode must be 0600/,
  );
});

test('refuses what it does not understand and never says a value', () => {
  const wrong = [
    'not json',
    '[]',
    { KEY: { kind: 'api key', value: 'top-secret' } },
    { KEY: { kind: 'api key', host: 'h', value: 'top-secret', extra: 1 } },
    { KEY: { kind: 'password', host: 'h', value: 'top-secret' } },
    { KEY: { kind: 'api key', host: 'h', value: 'top-secret\nx' } },
    { KEY: { kind: 'api key', host: 'h', value: { file: 'top', secret: 'top-secret' } } },
    { KEY: { ...CLIENT, authentication: 'private_key_jwt', signingKey: 'top-secret' } },
  ];
  for (const content of wrong) {
    assert.throws(
      () => readUpstreamSecrets(file(content)),
      (error) => error instanceof ConfigError && !error.message.includes('top-secret'),
      JSON.stringify(content),
    );
  }
});

test('names every member that is not known, wherever it stands', () => {
  const key = { kind: 'api key', host: 'h', value: 'v' };
  assert.match(mistakesOf({ ...key, rejectUnauthorized: false }), /KEY: `rejectUnauthorized` is not known/);
  assert.match(mistakesOf({ ...key, certificat: 'x', tls: {} }), /`certificat`, `tls` is not known/);
  assert.match(mistakesOf({ ...key, value: { flie: 'x' } }), /KEY\.value: `flie` is not known/);
  assert.match(
    mistakesOf({ ...CLIENT, clientSecret: 's', authentication: 'client_secret_jwt' }),
    /authentication/,
  );
});

test('says what a way of signing in lacks, and what it does not use', () => {
  const table: [object, RegExp][] = [
    [CLIENT, /signing in with a client secret needs `clientSecret`/],
    [{ ...CLIENT, authentication: 'private_key_jwt' }, /private_key_jwt needs `signingKey`/],
    [{ ...CLIENT, authentication: 'tls_client_auth' }, /tls_client_auth needs `certificate`/],
    [
      { ...CLIENT, authentication: 'private_key_jwt', signingKey: rsa, clientSecret: 's' },
      /private_key_jwt uses no `clientSecret`/,
    ],
    [{ ...CLIENT, clientSecret: 's', signingKey: rsa }, /a client secret uses no `signingKey`/],
    [{ ...CLIENT, clientSecret: 's', signingKeyId: 'k' }, /`signingKeyId` needs `signingKey`/],
    [
      { ...CLIENT, authentication: 'private_key_jwt', signingKey: rsa, signingAlgorithm: 'ES256' },
      /`signingKey` cannot sign with ES256/,
    ],
    [{ ...CLIENT, clientSecret: 's', certificate: own.cert }, /stand together or not at all/],
    [{ kind: 'client certificate', host: 'h', certificate: own.cert }, /certificateKey/],
  ];
  for (const [secret, expected] of table) assert.match(mistakesOf(secret), expected);
});

test('refuses a certificate whose key belongs to another', () => {
  const other = makeCertificate({ name: 'gateway' });
  const secret = { kind: 'client certificate', host: 'h', certificate: own.cert, certificateKey: other.key };
  assert.match(mistakesOf(secret), /KEY: `certificate` has a key that belongs to another certificate/);
});
