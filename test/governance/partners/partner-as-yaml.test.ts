/** Tests of src/governance/partners/partner-as-yaml.ts: a file to begin with that says nothing which nobody said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { algorithmsOf, newPartnerAsYaml } from '../../../src/governance/partners/partner-as-yaml.ts';
import type { IssuerSeen, KeySeen } from '../../../src/governance/partners/partner-seen.ts';

const EMPTY = { id: 'eastmoor', sharesOnly: false };
const lines = (text: string): string[] => text.split('\n');

test('every blank says who knows', () => {
  for (const kind of [undefined, 'council', 'hospital trust', 'school', 'charity']) {
    const blanks = lines(newPartnerAsYaml({ ...EMPTY, kind })).filter((line) => /FILL-IN/.test(line));
    assert.ok(blanks.length >= 8);
    for (const line of blanks) assert.match(line, /^# An organisation to begin with|FILL-IN {3}# \S.{5,}/);
  }
});

test('what is given stands in the file as it was, whatever it is made of', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(words, words, words, (name, address, clientId) => {
      const text = newPartnerAsYaml({ ...EMPTY, name, address, clientId, system: 'a-system' });
      const document = parseDocument(text, { version: '1.2', schema: 'core' });
      assert.deepEqual(document.errors, []);
      assert.equal(document.get('name'), name);
      assert.equal(document.get('address'), address);
      assert.equal(document.getIn(['systems', 0, 'client id']), clientId);
    }),
  );
});

test('whoever only shares needs no sign-in and no systems', () => {
  const text = newPartnerAsYaml({ ...EMPTY, sharesOnly: true });
  assert.doesNotMatch(text, /sign in:|systems:/);
});

test('codes are those that an organisation of its kind has', () => {
  assert.match(newPartnerAsYaml({ ...EMPTY, kind: 'council' }), /ons code: FILL-IN/);
  assert.match(newPartnerAsYaml({ ...EMPTY, kind: 'hospital trust' }), /nhs organisation code: FILL-IN/);
  assert.match(newPartnerAsYaml({ ...EMPTY, kind: 'school' }), /school number: FILL-IN/);
});

test('a public authority is taken for one only where its kind always is', () => {
  assert.match(newPartnerAsYaml({ ...EMPTY, kind: 'council' }), /^public authority: true$/m);
  for (const kind of ['charity', 'housing association', 'company', undefined]) {
    assert.match(newPartnerAsYaml({ ...EMPTY, kind }), /^public authority: FILL-IN/m);
  }
});

test('the token profile follows from the address of well-known products', () => {
  const profile = (issuer: string) =>
    /token profile: (\S+)/.exec(newPartnerAsYaml({ ...EMPTY, issuer }))?.[1];
  assert.equal(profile('https://login.microsoftonline.com/99990000/v2.0'), 'entra-id');
  assert.equal(profile('https://login.eastmoor.example/realms/staff'), 'keycloak');
  assert.equal(profile('https://login.eastmoor.example/staff'), 'rfc9068');
  assert.equal(profile('https://login.microsoftonline.com.example/x'), 'rfc9068');
});

test('algorithms are written where the issuer told them, and weaker ones are named as such', () => {
  assert.match(newPartnerAsYaml({ ...EMPTY, algorithms: [] }), /^ {2}# signed using/m);
  assert.match(newPartnerAsYaml({ ...EMPTY, algorithms: ['ES256'] }), /^ {2}signed using: \[ES256\]/m);
  assert.match(newPartnerAsYaml({ ...EMPTY, algorithms: ['RS256'] }), /RS256 is weaker: ask them for/);
});

test('algorithms are those of keys that the gateway takes; RSA keys that name none follow the metadata', () => {
  const key: KeySeen = {
    kid: 'one',
    type: 'EC',
    curve: 'P-256',
    use: 'sig',
    bits: undefined,
    showsSecret: false,
    taken: true,
    verifies: ['ES256'],
    algorithm: 'ES256',
  };
  const rsa = { ...key, type: 'RSA', verifies: ['PS256', 'PS384', 'RS256'], algorithm: undefined };
  const seen = (keys: readonly KeySeen[], statedAlgorithms: readonly string[] = []): IssuerSeen => ({
    documents: [],
    metadata: { keysAddress: 'https://login.eastmoor.example/keys' },
    statedIssuer: undefined,
    statedAlgorithms,
    keysRefused: undefined,
    keys,
  });
  assert.deepEqual(algorithmsOf(seen([key, key])), ['ES256']);
  assert.deepEqual(algorithmsOf(seen([{ ...key, taken: false }])), []);
  assert.deepEqual(algorithmsOf(seen([rsa])), []);
  assert.deepEqual(algorithmsOf(seen([rsa], ['HS256', 'PS256'])), ['PS256']);
  assert.deepEqual(algorithmsOf(seen([{ ...key, algorithm: 'ES256K', verifies: [] }])), []);
});
