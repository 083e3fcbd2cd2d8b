/** What the parties sign. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import { codeKind, kindNamed } from '../../src/domain/kind.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { agreementStatement } from '../../src/domain/signed-statement.ts';
import { canonicalJson } from '../../src/encoding/canonical-json.ts';
import { agreement, dataset, organisation } from '../support/judge-fixtures.ts';

interface Parts {
  readonly agreement?: Partial<Agreement>;
  readonly dataset?: Partial<Dataset>;
  readonly provider?: Partial<Organisation>;
  readonly consumer?: Partial<Organisation>;
}

const SYSTEM = { id: 'parking-app', clientId: 'parking-client', actsForNamedPerson: 'always' } as const;
const SIGN_IN = {
  issuer: 'https://login.westhaven.example',
  audience: 'https://gateway.northmere.example',
  rehearsalAudience: undefined,
  profile: 'rfc9068',
  algorithms: ['ES256'],
  personClaim: 'sub',
  roleClaim: 'roles',
  roleNames: new Map([['CEO', 'parking officer']]),
  secondFactor: undefined,
  evidenceClaims: new Map(),
  scope: undefined,
  longestTokenLifeSeconds: 3600,
} as const;

function textOf(parts: Parts = {}): string {
  const provider = { ...organisation('northmere'), ...parts.provider };
  const consumer = {
    ...organisation('westhaven'),
    signIn: SIGN_IN,
    systems: [SYSTEM],
    ...parts.consumer,
  };
  return canonicalJson(
    agreementStatement(agreement(parts.agreement), dataset(parts.dataset), provider, consumer),
  );
}

const BEFORE = textOf();
const FIRST = [...dataset().operations.values()][0];
const upstream = dataset().upstream;

/** Each thing that another file, or the agreement's own, adds to what flows. */
const CHANGES: readonly (readonly [what: string, parts: Parts])[] = [
  ['one byte of the file', { agreement: { sha256: 'ac'.repeat(32) } }],
  ['the version', { agreement: { version: 2 } }],
  [
    'the host of the upstream',
    { dataset: { upstream: { ...upstream, address: 'http://127.0.0.2:1/base' } } },
  ],
  [
    'the path of the upstream',
    { dataset: { upstream: { ...upstream, address: 'http://127.0.0.1:1/other' } } },
  ],
  [
    'the method of an operation',
    {
      dataset: {
        operations: new Map([
          ...dataset().operations,
          [FIRST?.name ?? '', { ...FIRST, method: 'POST' } as never],
        ]),
      },
    },
  ],
  [
    'the template of an operation',
    {
      dataset: {
        operations: new Map([
          ...dataset().operations,
          [FIRST?.name ?? '', { ...FIRST, template: [{ literal: 'all' }] } as never],
        ]),
      },
    },
  ],
  [
    'the kind of a lookup',
    {
      dataset: {
        lookups: new Map([
          ...dataset().lookups,
          [
            'badge number',
            { name: 'badge number', in: 'path', kind: kindNamed('free text')!, aboutThePerson: true },
          ],
        ]),
      },
    },
  ],
  ['the issuer of the consumer', { consumer: { signIn: { ...SIGN_IN, issuer: 'https://other.example' } } }],
  [
    'the bounds of a lookup',
    {
      dataset: {
        lookups: new Map([
          ...dataset().lookups,
          ['badge number', { name: 'badge number', in: 'path', kind: codeKind(['A']), aboutThePerson: true }],
        ]),
      },
    },
  ],
  [
    'how a second factor is shown',
    { consumer: { signIn: { ...SIGN_IN, secondFactor: { claim: 'amr', includes: 'pwd' } } } },
  ],
  ['where the person stands', { consumer: { signIn: { ...SIGN_IN, personClaim: 'email' } } }],
  ['where the roles stand', { consumer: { signIn: { ...SIGN_IN, roleClaim: 'groups' } } }],
  ['the client of a system', { consumer: { systems: [{ ...SYSTEM, clientId: 'other' }] } }],
  [
    'the names of a role',
    { consumer: { signIn: { ...SIGN_IN, roleNames: new Map([['ALL', 'parking officer']]) } } },
  ],
  ['a key of the provider', { provider: { signingKeys: [{ x: 'x', fingerprint: 'f' }] } }],
  ['a key of the consumer', { consumer: { signingKeys: [{ x: 'x', fingerprint: 'f' }] } }],
  ['the roles', { agreement: { roles: ['anybody'] } }],
  ['the purpose', { agreement: { purpose: 'marketing' } }],
  ['a limit', { agreement: { limits: { ...agreement().limits, records: 2 } } }],
  ['the first day', { agreement: { startsAtMs: 0 } }],
];

for (const [what, parts] of CHANGES) {
  test(`${what} is part of what is signed`, () => assert.notEqual(textOf(parts), BEFORE));
}

test('what nobody agreed to is no part of it: a new field, lookup, operation, system or role of others changes nothing', () => {
  const more = dataset();
  assert.equal(
    textOf({
      dataset: {
        fields: new Map([...more.fields, ['new', {} as never]]),
        lookups: new Map([...more.lookups, ['new', {} as never]]),
        operations: new Map([...more.operations, ['new', {} as never]]),
        title: 'Another title',
      },
      consumer: {
        systems: [SYSTEM, { ...SYSTEM, id: 'other', clientId: 'other' }],
        signIn: { ...SIGN_IN, roleNames: new Map([...SIGN_IN.roleNames, ['X', 'mayor']]) },
      },
    }),
    BEFORE,
  );
});

test('a rule that an agreement does not use leaves no trace, so that a later version asks for no new signature', () => {
  const later: Agreement & Record<string, unknown> = {
    ...agreement(),
    listed: [],
    timed: undefined,
    strict: false,
  };
  assert.equal(textOf({ agreement: later }), BEFORE);
  assert.notEqual(textOf({ agreement: { ...later, ...{ listed: ['one'] } } }), BEFORE);
});

test('the claims that show a place or training are part of what is signed, and others are not', () => {
  const training = { shownBy: { kind: 'claim', claim: 'training' } } as const;
  const withClaims = (claims: [string, string][]) =>
    textOf({
      agreement: { training },
      consumer: { signIn: { ...SIGN_IN, evidenceClaims: new Map(claims) } },
    });
  const before = withClaims([['training', 'trained_until']]);
  assert.notEqual(withClaims([['training', 'anything']]), before);
  const other: [string, string] = ['country', 'ctry'];
  assert.equal(withClaims([['training', 'trained_until'], other]), before);
});

test('what is kept from the report that a person gets is part of what is signed', () => {
  const kept = { untilMs: 1, exemption: 'crime and taxation', because: 'So.', decidedBy: 'R. Shah' };
  assert.notEqual(textOf({ agreement: { keptFromReport: kept } }), textOf());
  assert.notEqual(
    textOf({ agreement: { keptFromReport: kept } }),
    textOf({ agreement: { keptFromReport: { ...kept, untilMs: 2 } } }),
  );
});

test('whether it is signed is no part of what is signed', () => {
  assert.equal(
    textOf({ agreement: { signedByBoth: false, signaturesBroken: true, signatureFaults: ['x'] } }),
    BEFORE,
  );
});

test('every member of an agreement that is not about the signatures or words of the file stands in it', () => {
  const text = BEFORE;
  const elsewhere = [
    'id',
    'sha256',
    'title',
    'provider',
    'consumer',
    'startsAtMs',
    'endsAtMs',
    'contact',
    'examples',
    'words',
  ];
  const own = ['signedByBoth', 'signaturesBroken', 'signatureFaults'];
  for (const [name, value] of Object.entries(agreement())) {
    const isUnused = !value || (typeof value === 'object' && Object.keys(value).length === 0);
    if (elsewhere.includes(name) || own.includes(name) || isUnused) continue;
    const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    assert.ok(text.includes(`"${words}":`), `${name} is not in the statement`);
  }
});
