/** RS-27 to RS-47 over TLS, with the samples as they are: what is special category data leaves only to who proves a key. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DpopNonces } from '../../src/adapters/oidc/dpop-nonces.ts';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { nonceKeys } from '../../src/adapters/signing/nonce-keys.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { readConfig } from '../../src/config.ts';
import { openLogOfGateway } from '../../src/roof/log/log-at-rest.ts';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { DpopSender, hashOf, type WantedProof } from '../support/dpop-sender.ts';
import { askOverTls, type TlsAnswer, type TlsAsking, tlsPlaces } from '../support/gateway-tls.ts';
import { json, ORIGIN, type TokenFacts, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const PATH = '/blue-badges/badges/ZZ9Z01';
const URI = `${ORIGIN}${PATH}`;
const OFFICER: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
const ATTENDANT: TokenFacts = {
  system: 'northmere-hospital-parking',
  person: 'staff-9002',
  roles: ['CARPARK'],
};
const KERBSIDE = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};
const BARRIER = {
  'exchange-purpose': 'hospital parking',
  'exchange-reason': 'badge shown at the barrier',
};
const DAY_MS = 86_400_000;

let gateway: WholeGateway;
let sender: DpopSender;
let bound: string;
const own = makeCertificate({ name: 'parking app' });
const registered = makeCertificate({ name: 'hospital parking' });
const expired = makeCertificate({
  name: 'hospital parking of last year',
  notBefore: new Date(Date.now() - 2 * DAY_MS),
  notAfter: new Date(Date.now() - DAY_MS),
});

before(async () => {
  gateway = await wholeGateway({
    ...{ tls: true, keysAsSampled: true },
    policies: (folder) => {
      const file = join(folder, 'organisations/northmere-hospital-trust.yaml');
      const line = '  - system: northmere-hospital-parking\n';
      const prints = [registered, expired].map((one) => `"${new X509Certificate(one.cert).fingerprint256}"`);
      const more = `${line}    client certificates: [${prints.join(', ')}]\n`;
      writeFileSync(file, readFileSync(file, 'utf8').replace(line, more));
      const council = join(folder, 'organisations/westhaven-district-council.yaml');
      appendFileSync(council, 'roles that may read the log: [civil enforcement officer]\n');
    },
  });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  sender = await DpopSender.make();
  bound = await gateway.token({ ...OFFICER, claims: { cnf: sender.cnf } });
});
after(() => gateway.close());

/** A request whose `Host` names another server than the one that it is sent to. */
async function askAsElsewhere(asking: TlsAsking, path = PATH): Promise<TlsAnswer> {
  const agent = new Agent({ checkServerIdentity: () => undefined });
  const headers = {
    ...KERBSIDE,
    ...asking.headers,
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
  };
  const answer = await askOverTls(gateway, path, { ...asking, agent, headers });
  agent.destroy();
  return answer;
}

function certificateHash({ cert }: Certificate): string {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url');
}

function ask(asking: TlsAsking, path = PATH): Promise<TlsAnswer> {
  return askOverTls(gateway, path, { ...asking, headers: { ...KERBSIDE, ...asking.headers } });
}

async function askWithProof(more: Partial<WantedProof> = {}, token = bound): Promise<TlsAnswer> {
  const dpop = await sender.proof({ method: 'GET', uri: URI, token, ...more });
  return ask({ headers: { authorization: `DPoP ${token}`, dpop } });
}

function reasonOf({ body }: TlsAnswer): string {
  return String(Object(JSON.parse(body))['type']).replace('/problems/', '');
}

function challengesOf({ headers }: TlsAnswer): string {
  return String(headers['www-authenticate'] ?? '');
}

/** The answer refuses for this reason, an entry says so, and the provider was not asked. */
async function refuses(asking: () => Promise<TlsAnswer>, reason: string, error: RegExp): Promise<TlsAnswer> {
  const before = gateway.recorded.length;
  const answer = await asking();
  assert.deepEqual([answer.status, reasonOf(answer)], [401, reason]);
  assert.match(challengesOf(answer), error);
  assert.equal(gateway.recorded.length, before);
  const entry = gateway.leaves().at(-1);
  assert.deepEqual([entry?.['kind'], entry?.['code'], entry?.['status']], ['refused', reason, 401]);
  return answer;
}

describe('a dataset that asks callers to prove their key', () => {
  test('RS-30: refuses a token that is bound to nothing, and says both ways to prove a key', async () => {
    const token = await gateway.token(OFFICER);
    const plain = () => ask({ headers: { authorization: `Bearer ${token}` } });
    const answer = await refuses(plain, 'sender-not-proved', /Bearer [^,]*, error="invalid_token"/);
    assert.match(challengesOf(answer), /DPoP [^,]*, algs="ES256 PS256 EdDSA"/);
    assert.match(answer.body, /"Blue Badges?[^"]*\\" is shared only with systems that prove a key/);
    const anyCertificate = () => ask({ certificate: own, headers: { authorization: `Bearer ${token}` } });
    await refuses(anyCertificate, 'sender-not-proved', /invalid_token/);
    const entry = gateway.leaves().at(-1);
    assert.deepEqual([entry?.['after'], Object(entry?.['auth']).method], ['decision', 'bearer']);
  });

  test('a token that is bound to a key is taken with a proof, and the entries say how', async () => {
    const answer = await askWithProof();
    assert.equal(answer.status, 200, answer.body);
    const methods = gateway.leaves().slice(-2);
    assert.deepEqual(
      methods.map(({ kind, auth }) => [kind, Object(auth).method]),
      [
        ['sent', 'dpop'],
        ['released', 'dpop'],
      ],
    );
    const sent = gateway.recorded.at(-1)?.headers.join('\n').toLowerCase() ?? '';
    assert.ok(
      !sent.includes('dpop') && !sent.includes('authorization'),
      'nothing of it goes to the provider',
    );
  });

  test('RS-28: a token that is bound to a certificate is taken over a connection that shows it', async () => {
    const cnf = { 'x5t#S256': certificateHash(own) };
    const authorization = `Bearer ${await gateway.token({ ...OFFICER, claims: { cnf } })}`;
    assert.equal((await ask({ certificate: own, headers: { authorization } })).status, 200);
    assert.equal(Object(gateway.leaves().at(-1)?.['auth']).method, 'mtls');
    await refuses(() => ask({ headers: { authorization } }), 'sender-not-proved', /error="invalid_token"/);
    const other = () => ask({ certificate: registered, headers: { authorization } });
    await refuses(other, 'sender-not-proved', /error="invalid_token"/);
  });

  test('RS-28: on one kept connection each token is judged by its own binding', async () => {
    const agent = new Agent({
      ...{ keepAlive: true, maxSockets: 1 },
      ...{ cert: own.cert, key: own.key, ca: readFileSync(tlsPlaces(gateway.folder).authority) },
    });
    const tokens = await Promise.all(
      [own, registered, own].map((one) =>
        gateway.token({ ...OFFICER, claims: { cnf: { 'x5t#S256': certificateHash(one) } } }),
      ),
    );
    const statuses: number[] = [];
    for (const token of tokens)
      statuses.push((await ask({ agent, headers: { authorization: `Bearer ${token}` } })).status);
    agent.destroy();
    assert.deepEqual(statuses, [200, 401, 200]);
  });

  test('a registered certificate does for an issuer that binds no tokens, and without it the system is not let in', async () => {
    const authorization = `Bearer ${await gateway.token(ATTENDANT)}`;
    const at = (certificate?: Certificate) => () =>
      ask({ headers: { ...BARRIER, authorization }, ...(certificate === undefined ? {} : { certificate }) });
    assert.equal((await at(registered)()).status, 200);
    assert.equal(Object(gateway.leaves().at(-1)?.['auth']).method, 'mtls');
    for (const wrong of [undefined, own, expired]) {
      const answer = await refuses(at(wrong), 'sender-not-proved', /error="invalid_token"/);
      assert.match(answer.body, /connect with the certificate that is registered/);
    }
  });
});

describe('proofs that do not hold', () => {
  const wrong: readonly (readonly [string, Partial<WantedProof>])[] = [
    ['RS-33: no jti', { claims: { jti: undefined } }],
    ['RS-34: typ JWT', { header: { typ: 'JWT' } }],
    ['RS-38: another method', { method: 'POST' }],
    ['RS-39: another path', { uri: `${URI}x` }],
    ['RS-39: the address of the socket', { uri: `https://127.0.0.1${PATH}` }],
    ['RS-41: made an hour ago', { claims: { iat: Math.floor(Date.now() / 1000) - 3600 } }],
    ['RS-42: of another token', { token: 'other' }],
  ];
  for (const [name, more] of wrong) {
    test(`${name}: refused, with the algorithms that are taken, and nothing is echoed`, async () => {
      const answer = await refuses(
        () => askWithProof(more),
        'proof-invalid',
        /^DPoP .*error="invalid_dpop_proof"/,
      );
      assert.match(challengesOf(answer), /algs="ES256 PS256 EdDSA"/);
      assert.equal(challengesOf(answer).match(/error=/g)?.length, 1);
      assert.ok(!JSON.stringify(answer).includes(sender.thumbprint));
      assert.ok(!JSON.stringify(answer).includes(bound.slice(-20)));
    });
  }

  test('RS-31, RS-32, RS-35 to RS-37, RS-43: nor does what is no proof, or one by another key', async () => {
    const good = await sender.proof({ method: 'GET', uri: URI, token: bound });
    const [head = '', body = '', signature = ''] = good.split('.');
    const other = await DpopSender.make();
    const header = (more: object) =>
      Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk: sender.jwk, ...more })).toString(
        'base64url',
      );
    for (const dpop of [
      undefined,
      'x',
      `${good}, ${good}`,
      `${header({ alg: 'none' })}.${body}.`,
      `${header({ alg: 'HS256' })}.${body}.${signature}`,
      `${header({ jwk: { ...sender.jwk, d: 'AA' } })}.${body}.${signature}`,
      `${head}.${body}.${signature.slice(2)}AA`,
      await other.proof({ method: 'GET', uri: URI, token: bound }),
    ]) {
      const headers = { authorization: `DPoP ${bound}`, ...(dpop === undefined ? {} : { dpop }) };
      await refuses(() => ask({ headers }), 'proof-invalid', /error="invalid_dpop_proof"/);
    }
  });

  test('RS-39: what a request says its host is makes no difference', async () => {
    const authorization = `DPoP ${bound}`;
    const dpop = await sender.proof({ method: 'GET', uri: `${URI}?a=b`, token: bound });
    assert.equal((await askAsElsewhere({ headers: { authorization, dpop } })).status, 200);
    const there = await sender.proof({ method: 'GET', uri: `https://evil.example${PATH}`, token: bound });
    const asked = () => askAsElsewhere({ headers: { authorization, dpop: there } });
    await refuses(asked, 'proof-invalid', /error="invalid_dpop_proof"/);
  });

  test('RS-45: a token that is bound to a key is not taken as Bearer, with its proof or without', async () => {
    const dpop = await sender.proof({ method: 'GET', uri: URI, token: bound });
    const authorization = `Bearer ${bound}`;
    for (const headers of [{ authorization }, { authorization, dpop }])
      await refuses(() => ask({ headers }), 'token-invalid', /Bearer [^,]*, error="invalid_token"/);
  });

  test('RS-46: a token that is bound to no key is not taken as DPoP', async () => {
    const token = await gateway.token(OFFICER);
    await refuses(() => askWithProof({ token }, token), 'token-invalid', /DPoP [^,]*, error="invalid_token"/);
    const cnf = { 'x5t#S256': certificateHash(own) };
    const other = await gateway.token({ ...OFFICER, claims: { cnf } });
    const dpop = await sender.proof({ method: 'GET', uri: URI, token: other });
    const asked = () => ask({ certificate: own, headers: { authorization: `DPoP ${other}`, dpop } });
    await refuses(asked, 'token-invalid', /DPoP [^,]*, error="invalid_token"/);
  });

  test('RS-47: a token that is bound in two ways, or in one that nobody knows, is not taken at all', async () => {
    for (const cnf of [{ ...sender.cnf, 'x5t#S256': certificateHash(own) }, { kid: 'a' }, {}]) {
      const token = await gateway.token({ ...OFFICER, claims: { cnf } });
      const dpop = await sender.proof({ method: 'GET', uri: URI, token });
      for (const scheme of ['DPoP', 'Bearer']) {
        const asked = () => ask({ certificate: own, headers: { authorization: `${scheme} ${token}`, dpop } });
        await refuses(asked, 'token-invalid', /error="invalid_token"/);
      }
    }
  });
});

describe('a proof counts once', () => {
  test('RS-44: the second time it is refused, also by a gateway that has just started', async () => {
    const dpop = await sender.proof({ method: 'GET', uri: URI, token: bound });
    const asked = () => ask({ headers: { authorization: `DPoP ${bound}`, dpop } });
    assert.equal((await asked()).status, 200);
    await refuses(asked, 'proof-used', /^DPoP .*error="invalid_dpop_proof"/);
    gateway = await gateway.restarted();
    const again = await refuses(asked, 'proof-used', /^DPoP .*error="invalid_dpop_proof"/);
    assert.match(again.body, /make a new one for each request/);
    const entry = gateway.leaves().at(-1);
    assert.deepEqual([entry?.['after'], entry?.['limit']], ['limit', undefined]);
    assert.equal(Object(entry?.['auth']).method, 'dpop');
    assert.ok(again.headers['audit-receipt'] !== undefined && again.headers['audit-salt'] !== undefined);
  });

  test('RS-44: a proof of a request that was refused is used as well', async () => {
    const dpop = await sender.proof({ method: 'GET', uri: URI, token: bound });
    const headers = { authorization: `DPoP ${bound}`, dpop };
    const first = await ask({ headers: { ...headers, 'exchange-reason': 'curiosity' } });
    assert.deepEqual([first.status, reasonOf(first)], [403, 'reason-not-agreed']);
    gateway = await gateway.restarted();
    await refuses(() => ask({ headers }), 'proof-used', /error="invalid_dpop_proof"/);
  });
});

describe('reading one’s own', () => {
  const proved = async (path: string, more: Partial<WantedProof> = {}) => {
    const dpop = await sender.proof({ method: 'GET', uri: `${ORIGIN}${path}`, token: bound, ...more });
    return { authorization: `DPoP ${bound}`, dpop };
  };

  test('RS-44: entries of the log are read with a proof, which counts once', async () => {
    const headers = await proved('/log/entries');
    const read = () => askOverTls(gateway, '/log/entries?from=0', { headers });
    assert.equal((await read()).status, 200);
    gateway = await gateway.restarted();
    const again = await read();
    assert.deepEqual([again.status, reasonOf(again)], [401, 'proof-used']);
    assert.match(challengesOf(again), /^DPoP .*error="invalid_dpop_proof"/);
    const entry = gateway.leaves().at(-1);
    assert.deepEqual([entry?.['kind'], entry?.['code'], entry?.['records']], ['read', 'refused', undefined]);
    const elsewhere = await askOverTls(gateway, '/log/entries', { headers: await proved('/log/checkpoint') });
    assert.deepEqual([elsewhere.status, reasonOf(elsewhere)], [401, 'proof-invalid']);
  });

  test('RS-44: receipts of an exchange are read with a proof, which counts once', async () => {
    const exchange = String((await askWithProof()).headers['exchange-id']);
    const path = `/exchanges/${exchange}/receipts`;
    const headers = await proved(path);
    assert.equal((await askOverTls(gateway, path, { headers })).status, 200);
    gateway = await gateway.restarted();
    const again = await askOverTls(gateway, path, { headers });
    assert.deepEqual([again.status, reasonOf(again)], [401, 'proof-used']);
    const bearer = await askOverTls(gateway, path, { headers: { authorization: `Bearer ${bound}` } });
    assert.equal(bearer.status, 401);
  });
});

test('RS-57, RS-58: the metadata says which proofs are taken, by the configured origin', async () => {
  const path = '/.well-known/oauth-protected-resource';
  const answer = await askAsElsewhere({}, path);
  const document = JSON.parse(answer.body);
  assert.equal(document.resource, ORIGIN);
  assert.deepEqual(document.dpop_signing_alg_values_supported, ['ES256', 'PS256', 'EdDSA']);
  assert.equal(document.tls_client_certificate_bound_access_tokens, true);
  assert.ok(!answer.body.includes('evil') && !answer.body.includes('[]'));
});

describe('where nonces are required', () => {
  before(async () => {
    await gateway.stop();
    gateway.settings['DPOP_NONCES'] = 'required';
    gateway = await gateway.restarted();
  });

  test('RS-40: a proof without one is answered with exactly one fresh nonce, and with it is taken', async () => {
    const answer = await refuses(
      () => askWithProof(),
      'proof-nonce-needed',
      /^DPoP .*error="use_dpop_nonce", .*algs="ES256/,
    );
    const nonce = answer.headers['dpop-nonce'];
    assert.ok(typeof nonce === 'string' && !nonce.includes(','));
    const taken = await askWithProof({ claims: { nonce } });
    assert.equal(taken.status, 200);
    assert.equal(taken.headers['dpop-nonce'], undefined, 'it is fresh yet');
    const foreign = await refuses(
      () => askWithProof({ claims: { nonce: 'x' } }),
      'proof-nonce-needed',
      /use_dpop_nonce/,
    );
    assert.equal(typeof foreign.headers['dpop-nonce'], 'string');
  });

  test('RS-40: readers of the log and of receipts are asked for one too', async () => {
    for (const path of ['/log/checkpoint', '/exchanges/01a20bd5-562b-766f-84b2-80a7d9bd4ccf/receipts']) {
      const dpop = await sender.proof({ method: 'GET', uri: `${ORIGIN}${path}`, token: bound });
      const answer = await askOverTls(gateway, path, { headers: { authorization: `DPoP ${bound}`, dpop } });
      assert.deepEqual([answer.status, reasonOf(answer)], [401, 'proof-nonce-needed'], path);
      assert.equal(typeof answer.headers['dpop-nonce'], 'string');
    }
  });

  test('RS-40: an answer to a proof whose nonce is growing old brings the next one', async () => {
    const ring = openKeyRing(String(gateway.settings['KEYS_FOLDER']), String(gateway.settings['LOG_ORIGIN']));
    const ageing = new DpopNonces(nonceKeys(ring)).fresh(Date.now() - 200_000);
    const answer = await askWithProof({ claims: { nonce: ageing } });
    assert.equal(answer.status, 200, 'what another instance with the same keys gave is taken');
    const next = String(answer.headers['dpop-nonce']);
    assert.equal((await askWithProof({ claims: { nonce: next } })).status, 200);
  });
});

test('the log with all of that in it is whole, and names neither key nor token', async () => {
  const { settings } = gateway;
  await gateway.stop();
  const config = readConfig(settings);
  const log = await openLogOfGateway(config);
  const ring = openKeyRing(config.keysFolder, config.logOrigin);
  const head = readFileSync(config.headFile, 'utf8');
  assert.deepEqual((await verifyLog(log, { key: ring.checkpoint.verifierKey, head })).findings, []);
  await log.close();
  const all = JSON.stringify(gateway.leaves());
  for (const secret of [sender.thumbprint, certificateHash(own), bound.slice(-24), hashOf(bound)])
    assert.ok(!all.includes(secret));
});
