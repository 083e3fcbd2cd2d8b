/** The commands for taking a partner on, against real servers: each fault is found, named, and given to whoever can mend it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeCertificate } from '../../support/certificates.ts';
import { SAMPLES } from '../../support/changed-policies.ts';
import { runCommand } from '../../support/command-line.ts';
import {
  checkWesthaven,
  type Printed,
  partnerFolder,
  runPartner,
  WESTHAVEN_ID,
} from '../../support/partner-check.ts';
import { type IssuerFaults, startPartnerIssuer } from '../../support/partner-issuer.ts';
import type { IssuerKey } from '../../support/test-issuer.ts';

/** Checks Westhaven at an issuer with these faults. */
async function withFaults(
  faults: IssuerFaults,
  ...more: [claims?: Parameters<typeof checkWesthaven>[1], options?: Parameters<typeof checkWesthaven>[2]]
): Promise<Printed> {
  const issuer = await startPartnerIssuer(faults);
  try {
    return await checkWesthaven(issuer, ...more);
  } finally {
    await issuer.stop();
  }
}

function assertToMend({ status, lines, stdout }: Printed, ...expected: readonly RegExp[]): void {
  const found = lines('to mend');
  assert.equal(status, 1, stdout);
  for (const one of expected)
    assert.ok(
      found.some((line) => one.test(line)),
      `${one}\n${stdout}`,
    );
}

function assertNotToMend({ lines, stdout }: Printed, about: RegExp): void {
  assert.ok(!lines('to mend').some((line) => about.test(line)), stdout);
}

describe('check partner, an issuer in order', () => {
  it('finds nothing to mend and ends with 0', async () => {
    const printed = await withFaults({});
    assert.equal(printed.status, 0, printed.stdout);
    assert.deepEqual(printed.lines('to mend'), []);
    assert.match(printed.stdout, /ok {11}token as a whole: the gateway takes it\./);
    assert.match(printed.stdout, /ok {11}agreement DSA-2026-014: such a token is let in/);
  });

  it('prints neither the token nor the person nor its number', async () => {
    const printed = await withFaults({}, { sub: 'staff-9999', jti: 'the-one-token' });
    for (const secret of ['staff-9999', 'the-one-token']) {
      assert.ok(!printed.stdout.includes(secret) && !printed.stderr.includes(secret));
    }
  });

  it('says what a token would tell where none is given', async () => {
    const issuer = await startPartnerIssuer();
    const place = partnerFolder({ issuer: issuer.url });
    const printed = await runPartner(
      ...['check', 'partner', WESTHAVEN_ID, '--policies', place.policies, '--private-addresses', '127.0.0.1'],
    ).finally(() => place.remove());
    await issuer.stop();
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.lines('cannot tell').join('\n'), /token: none was given.*\n.*somebody who is/);
  });
});

describe('check partner, faults of an issuer', () => {
  it('finds another issuer in the metadata, by one slash even', async () => {
    const printed = await withFaults({ metadata: { issuer: 'https://login.westhaven.example/' } });
    assertToMend(
      printed,
      /^discovery document: it names another issuer: https:\/\/login\.westhaven\.example\/\. For their identity/,
    );
  });

  it('names the redirect that it did not follow', async () => {
    const issuer = await startPartnerIssuer({ redirects: true });
    const printed = await checkWesthaven(issuer).finally(() => issuer.stop());
    assertToMend(printed, /^discovery document: .* redirect to .*\/elsewhere, and the gateway follows none/);
    assert.ok(!issuer.asked.includes('/staff/elsewhere'));
  });

  it('finds that there is no document, and that the server fails', async () => {
    assertToMend(await withFaults({ status: 404 }), /^discovery document: issuer has no metadata .*404/);
    assertToMend(await withFaults({ status: 500 }), /^discovery document: issuer cannot be asked .*500/);
  });

  it('finds a clock five minutes off, before and behind, and not one that is a second off', async () => {
    assertToMend(
      await withFaults({ aheadSeconds: 300 }),
      /^clock of the issuer: (?:299|300) seconds ahead of this machine's/,
    );
    assertToMend(
      await withFaults({ aheadSeconds: -300 }),
      /^clock of the issuer: (?:299|300) seconds behind this machine's/,
    );
    assertNotToMend(await withFaults({ aheadSeconds: 2 }), /^clock/);
    const silent = await withFaults({ noDate: true });
    assert.match(
      silent.lines('cannot tell').join('\n'),
      /^clock of the issuer: its answers carry no `Date`/m,
    );
  });

  it('finds a key set without keys, and one that signs only symmetrically', async () => {
    assertToMend(
      await withFaults({ keys: () => [] }),
      /^keys: key set holds no key that can verify\. For their/,
    );
    const symmetric = { id_token_signing_alg_values_supported: ['HS256'] };
    assertToMend(
      await withFaults({ keys: () => [], metadata: symmetric }),
      /^keys: there are none, since the issuer signs only with HS256/,
    );
  });

  it('finds a symmetric key, a private key, and an RSA key of 1,024 bits', async () => {
    const oct = { kty: 'oct', k: 'c2VjcmV0', kid: 'shared', alg: 'HS256' };
    assertToMend(
      await withFaults({ keys: () => [oct] }),
      /^key shared: it is symmetric/,
      /^keys: the gateway can take none/,
    );
    const shown = (key: IssuerKey) => [{ ...key.publicJwk, d: 'AAAA' }];
    assertToMend(await withFaults({ keys: shown }), /: it shows its private half to everybody/);
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    const rsa = () => [{ ...weak, kid: 'old', alg: 'PS256', use: 'sig' }];
    assertToMend(await withFaults({ keys: rsa }), /^key old: RSA of 1024 bits is too weak/);
  });

  it('finds keys without names, and two with one name', async () => {
    const nameless = (key: IssuerKey) => {
      const { kid: _, ...rest } = key.publicJwk;
      return [rest];
    };
    assertToMend(await withFaults({ keys: nameless }), /^names of keys: a key has no `kid`/);
    const twice = (key: IssuerKey) => [key.publicJwk, { ...key.publicJwk }];
    assertToMend(await withFaults({ keys: twice }), /^names of keys: two keys have the same `kid`/);
  });

  it('finds keys of an algorithm that the file does not take', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = () => [{ ...publicKey.export({ format: 'jwk' }), kid: 'rs', alg: 'RS256', use: 'sig' }];
    assertToMend(
      await withFaults({ keys: rsa }),
      /^keys: the organisation's file takes PS256, ES256 or EdDSA, and no key is for one of these but for RS256/,
    );
  });

  it('finds a set that is refused whole, though its keys are good', async () => {
    const many = (key: IssuerKey) =>
      [...Array(65).keys()].map((at) => ({ ...key.publicJwk, kid: `key-${at}` }));
    assertToMend(await withFaults({ keys: many }), /^keys: keys are not a key set/);
  });

  it('finds that the only keys are not for signatures', async () => {
    const enc = (key: IssuerKey) => [{ ...key.publicJwk, use: 'enc' }];
    assertToMend(
      await withFaults({ keys: enc }),
      /^keys: the gateway can take none of them; 1 key not for signatures/,
    );
  });

  it('leaves keys for encryption alone', async () => {
    const printed = await withFaults({
      keys: (key) => [key.publicJwk, { ...key.publicJwk, kid: 'enc', use: 'enc' }],
    });
    assert.equal(printed.status, 0, printed.stdout);
  });
});

describe('check partner, certificates', () => {
  const authority = makeCertificate({
    name: 'authority',
    authority: true,
    notAfter: new Date(Date.now() + 9e10),
  });
  const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
  const leaf = (notAfter: Date, hosts = ['127.0.0.1']) =>
    makeCertificate({ issuer: authority, hosts, notAfter, notBefore: inDays(-90) });

  async function withCertificate(certificate: ReturnType<typeof leaf>, trusted = true): Promise<Printed> {
    const place = partnerFolder({ issuer: 'https://login.example' });
    const ca = place.write('ca.pem', authority.cert);
    const options = trusted ? ['--private-ca', ca] : [];
    return withFaults({ certificate }, {}, { options }).finally(() => place.remove());
  }

  it('says the version of TLS and how many days are left', async () => {
    const printed = await withCertificate(leaf(inDays(200)));
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.stdout, /ok {11}connection to https:\/\/127\.0\.0\.1:\d+: reached with TLS 1\.3/);
    assert.match(printed.stdout, /ok {11}certificate of .*: the chain lasts (?:199|200) more days/);
  });

  it('finds one that ends within a month', async () => {
    assertToMend(
      await withCertificate(leaf(inDays(10))),
      /^certificate of .*: the chain lasts (?:9|10) more days\. For their identity .* renew/,
    );
  });

  it('finds one that has expired, one for another name and one that nobody vouches for', async () => {
    assertToMend(await withCertificate(leaf(inDays(-1))), /^connection to .*: its certificate has expired/);
    const other = leaf(inDays(200), ['login.example']);
    assertToMend(await withCertificate(other), /^connection to .*: its certificate is for another name/);
    assertToMend(
      await withCertificate(leaf(inDays(200)), false),
      /^connection to .*: its certificate comes from nobody/,
    );
  });

  it('asks nothing of an issuer on plain HTTP where the gateway would not', async () => {
    const issuer = await startPartnerIssuer();
    const printed = await checkWesthaven(issuer, {}, { options: ['--private-addresses', ''] });
    await issuer.stop();
    assertToMend(printed, /^connection to http:.*: it is not an https address/);
    assert.deepEqual(issuer.asked, []);
    assert.match(
      printed.stdout,
      /cannot tell {2}discovery document, keys and clock: the issuer cannot be reached/,
    );
  });
});

describe('check partner, faults of a token', () => {
  const now = Math.floor(Date.now() / 1000);
  const faults: readonly (readonly [string, Parameters<typeof checkWesthaven>[1], RegExp])[] = [
    ['no client', { client_id: undefined }, /^token, client_id: no client is named\. For you/],
    ['an unknown client', { client_id: 'another' }, /^token, client_id: its client is no system of the file/],
    ['no subject', { sub: undefined }, /^token, sub: sub is missing/],
    ['no number', { jti: undefined }, /^token, jti: jti is missing/],
    ['another audience', { aud: 'https://other.example' }, /^token, aud: aud is not this gateway/],
    ['another issuer', { iss: 'https://other.example' }, /^token, iss: iss is not the issuer/],
    ['no end', { exp: undefined }, /^token, exp, iat and nbf: exp is missing/],
    [
      'too long a life',
      { exp: now + 7_200 },
      /^token, life: lives longer .*it lives 120 minutes: let tokens/,
    ],
    [
      'a clock five minutes ahead',
      { iat: now + 300, exp: now + 600 },
      /^token, exp, iat and nbf: issued (?:2[0-9]\d|300) seconds after/,
    ],
    ['an unknown binding', { cnf: { jkt: 'x' } }, /^token, cnf: cnf is not one key or certificate/],
    ['no roles', { roles: undefined }, /^token, roles: no role is there/],
    [
      'an unknown role',
      { roles: ['GROUP-7'] },
      /^token, roles: the file knows none of its roles: GROUP-7\. For you: write each under `role names`/,
    ],
    ['no second factor', { amr: ['pwd'] }, /^token, amr: it does not hold mfa/],
    ['nobody behind it', { sub: 'westhaven-parking-app' }, /^token, person: no person is behind it/],
  ];
  for (const [what, claims, expected] of faults) {
    it(`finds ${what}`, async () => {
      const printed = await withFaults({}, claims);
      assertToMend(printed, expected);
    });
  }

  it('finds a token of another kind, and one of a key that is not published', async () => {
    assertToMend(
      await withFaults({}, {}, { header: { typ: 'JWT' } }),
      /^token, header: typ is not at\+jwt\. For their/,
    );
    assertToMend(
      await withFaults({}, {}, { header: { kid: 'other' } }),
      /^token, signature: its key is not one of the issuer's/,
    );
  });

  it('judges each part for itself: one fault hides no other', async () => {
    const printed = await withFaults(
      {},
      { aud: 'https://other.example', jti: undefined, amr: [], roles: [] },
    );
    assertToMend(printed, /^token, aud/, /^token, jti/, /^token, amr/, /^token, roles/);
    assertNotToMend(printed, /^token, (?:sub|iss|exp)/);
  });

  it('asks for a fresh token in place of an expired one, and judges the rest', async () => {
    const printed = await withFaults({}, { iat: now - 900, exp: now - 600 });
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.lines('cannot tell').join('\n'), /^token as a whole: it has expired/m);
    assertToMend(await withFaults({}, { iat: now - 900, exp: now - 600, roles: [] }), /^token, roles/);
  });

  it('drops unknown roles beside a known one, and says so', async () => {
    const printed = await withFaults({}, { roles: ['CEO', 'GROUP-7'] });
    assert.equal(printed.status, 0, printed.stdout);
    assert.match(printed.stdout, /ok {11}token, roles: civil enforcement officer; the gateway drops GROUP-7/);
  });

  it('takes what is no token for none, without repeating it', async () => {
    const issuer = await startPartnerIssuer();
    const place = partnerFolder({ issuer: issuer.url });
    const file = place.write('token', 'a secret that is no token');
    const line = ['check', 'partner', WESTHAVEN_ID, '--policies', place.policies, '--token-file', file];
    const printed = await runPartner(...line, '--private-addresses', '127.0.0.1');
    place.remove();
    await issuer.stop();
    assertToMend(printed, /^token: it cannot be read/);
    assert.ok(!printed.stdout.includes('a secret'));
  });
});

describe('check partner, the command', () => {
  const sample = (...more: readonly string[]) =>
    runPartner('check', 'partner', ...more, '--policies', SAMPLES);

  it('ends with 2 where there is no such organisation, and says which there are', async () => {
    const { status, stderr } = await sample('westhaven');
    assert.equal(status, 2);
    assert.match(stderr, /there is no organisation `westhaven` .*westhaven-district-council/);
  });

  it('ends with 2 where a file that it is given cannot be used, without a stack', async () => {
    for (const option of ['--token-file', '--secrets', '--private-ca']) {
      const { status, stderr } = await sample(WESTHAVEN_ID, option, '/nowhere/at/all');
      assert.equal(status, 2, option);
      assert.match(stderr, /^[^\n]*(?:cannot be read|not there)[^\n]*\n$/, option);
    }
    const { status, stderr } = await sample(WESTHAVEN_ID, '--proxy', 'ftp://proxy.example');
    assert.equal(status, 2);
    assert.match(stderr, /proxy option `address` is not an http address/);
  });

  it('prints the same findings in every face', async () => {
    const issuer = await startPartnerIssuer({ keys: () => [] });
    const faces = ['markdown', 'html', 'json'];
    for (const as of faces) {
      const printed = await checkWesthaven(issuer, {}, { options: ['--as', as] });
      assert.equal(printed.status, 1);
      assert.match(printed.stdout, /key set holds no key that can verify/, as);
    }
    const { stdout } = await checkWesthaven(issuer, {}, { options: ['--as', 'json'] });
    await issuer.stop();
    const told = JSON.parse(stdout);
    assert.equal(told.groups[0].findings[0].verdict, 'ok');
    assert.ok(told.toMend > 0);
  });

  it('reads a token from standard input, and says nothing of what stood there', async () => {
    const place = partnerFolder({ issuer: 'http://127.0.0.1:9/staff' });
    const words = ['check', 'partner', WESTHAVEN_ID, '--policies', place.policies, '--token-file', '-'];
    const { code, out, err } = await runCommand([...words, '--private-addresses', '127.0.0.1'], {
      input: 'what-stood-there\n',
    });
    place.remove();
    assert.equal(code, 1);
    assert.match(out, /to mend {6}token: it cannot be read: not three parts/);
    assert.ok(!`${out}${err}`.includes('what-stood-there'));
  });

  it('is told beside `check` and `new` in the program', async () => {
    for (const [group, line] of [
      ['check', /partner \[options\] <organisation>/],
      ['new', /partner \[options\] <id>/],
    ] as const) {
      assert.match((await runCommand([group, '--help'])).out, line);
    }
    assert.match((await runCommand(['check', SAMPLES])).out, /no mistakes in/);
  });
});

describe('new partner, the command', () => {
  it('asks nobody unless an issuer is named, and nobody where it is told so', async () => {
    const issuer = await startPartnerIssuer();
    const here = ['--private-addresses', '127.0.0.1'];
    await runPartner('new', 'partner', 'eastmoor', '--kind', 'council', ...here);
    const offline = await runPartner(
      'new',
      'partner',
      'eastmoor',
      '--issuer',
      issuer.url,
      '--offline',
      ...here,
    );
    assert.deepEqual(issuer.asked, []);
    assert.match(offline.stdout, /# signed using/);
    const asked = await runPartner('new', 'partner', 'eastmoor', '--issuer', issuer.url, ...here);
    await issuer.stop();
    assert.match(asked.stdout, /^ {2}signed using: \[ES256\]/m);
    assert.match(asked.stderr, /was asked: it signs with ES256\n14 lines with FILL-IN/);
  });

  it('leaves the blank where the issuer cannot be asked, and says why', async () => {
    const issuer = await startPartnerIssuer({ metadata: { issuer: 'https://other.example' } });
    const words = ['new', 'partner', 'eastmoor', '--issuer', issuer.url, '--private-addresses', '127.0.0.1'];
    const printed = await runPartner(...words);
    await issuer.stop();
    assert.equal(printed.status, 0);
    assert.match(printed.stderr, /cannot be used: metadata names another issuer; `check partner` says more/);
    assert.match(printed.stdout, /# signed using/);
    assert.match(
      (await runPartner('new', 'partner', 'eastmoor', '--issuer', 'login')).stderr,
      /not an address/,
    );
  });

  it('refuses a name that no organisation and no system can have', async () => {
    assert.equal((await runPartner('new', 'partner', 'East Moor')).status, 2);
    assert.equal((await runPartner('new', 'partner', 'eastmoor', '--system', 'A System')).status, 2);
  });
});

it('has every option that the guide names, and no other', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/partners.md'), 'utf8');
  const named = [...guide.matchAll(/`(--[a-z-]+)`/g)].map(([, option]) => option);
  const helps = await Promise.all(['new', 'check'].map((group) => runCommand([group, 'partner', '--help'])));
  const told = helps.flatMap(({ out }) =>
    [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option),
  );
  assert.deepEqual([...new Set(named)].sort(), [...new Set(told)].sort());
});
