import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { cosignerKey, formatCosignerKey } from '../../src/merkle/cosignature.ts';
import { formatVerifierKey, verifierKey } from '../../src/merkle/signed-note.ts';
import {
  isQuorum,
  parseWitnessPolicy,
  type QuorumRule,
  WitnessPolicyError,
} from '../../src/merkle/witness-policy.ts';

function publicKey(): Buffer {
  return generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
}
const LOG = formatVerifierKey(verifierKey('log.example', publicKey()));
const [X1, X2, X3, Y1, Y2, Y3] = ['x1', 'x2', 'x3', 'y1', 'y2', 'y3'].map((name) =>
  formatCosignerKey(cosignerKey(`${name}.example`, publicKey())),
);

const EXAMPLE = `
# the example of the specification
log ${LOG}

witness X1 ${X1}
witness X2 ${X2} https://x2.example/witness/
witness\tX3  ${X3}
group X-witnesses 2 X1 X2 X3

  witness Y1 ${Y1}
witness Y2 ${Y2}
witness Y3 ${Y3}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

test('the example of the specification is read, and its quorum is two of one group and one of the other', () => {
  const policy = parseWitnessPolicy(EXAMPLE);
  assert.deepEqual(policy.logs.map(formatVerifierKey), [LOG]);
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    [
      ['X1', undefined],
      ['X2', 'https://x2.example/witness'],
      ['X3', undefined],
      ['Y1', undefined],
      ['Y2', undefined],
      ['Y3', undefined],
    ],
  );
  const enough = (...names: string[]) => isQuorum(policy.quorum, new Set(names));
  assert.ok(enough('X1', 'X3', 'Y2'));
  assert.ok(enough('X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'));
  assert.ok(!enough('X1', 'X2', 'X3'));
  assert.ok(!enough('X1', 'Y1', 'Y2', 'Y3'));
  assert.ok(!enough());
});

test('`quorum none` is met by nobody, and a quorum may be one witness', () => {
  assert.ok(isQuorum(parseWitnessPolicy('quorum none').quorum, new Set()));
  const { quorum } = parseWitnessPolicy(`witness X1 ${X1}\nquorum X1`);
  assert.ok(isQuorum(quorum, new Set(['X1'])));
  assert.ok(!isQuorum(quorum, new Set(['X2'])));
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['no quorum', `witness X1 ${X1}`, /no line `quorum`/],
  ['two quorums', 'quorum none\nquorum none', /line 2: there is a line `quorum` already/],
  ['an unknown word', 'threshold 2\nquorum none', /line 1: it does not begin with/],
  ['a name used before it is defined', `quorum X1\nwitness X1 ${X1}`, /line 1: .*no line above/],
  ['a group of nobody', 'group G any\nquorum G', /line 1: write `group`/],
  ['a group of none', 'group G any none\nquorum G', /line 1: .*no line above/],
  ['more than there are', `witness X1 ${X1}\ngroup G 2 X1\nquorum G`, /line 2: how many/],
  ['at least nobody', `witness X1 ${X1}\ngroup G 0 X1\nquorum G`, /line 2: how many/],
  ['a count with a zero before it', `witness X1 ${X1}\ngroup G 01 X1\nquorum G`, /line 2: how many/],
  ['one name twice', `witness X1 ${X1}\nwitness X1 ${X2}\nquorum X1`, /line 2: the name is taken/],
  ['a witness named none', `witness none ${X1}\nquorum none`, /line 1: the name is taken/],
  ['one key twice', `witness X1 ${X1}\nwitness X2 ${X1}\nquorum X1`, /line 2: another witness has the same/],
  ['one log twice', `log ${LOG}\nlog ${LOG}\nquorum none`, /line 2: another log has the same/],
  ['a member twice', `witness X1 ${X1}\ngroup G any X1 X1\nquorum G`, /line 2: a name is in a group already/],
  [
    'a member of two',
    `witness X1 ${X1}\ngroup G any X1\ngroup H any X1\nquorum G`,
    /line 3: a name is in a group/,
  ],
  ["a log's key", `witness X1 ${LOG}\nquorum X1`, /line 1: .*one of a log/],
  ["a witness's key", `log ${X1}\nquorum none`, /line 1: .*ed25519/],
  ['no address', `witness X1 ${X1} x1.example\nquorum X1`, /line 1: the address/],
  ['a name and a password', `witness X1 ${X1} https://a:b@x1.example\nquorum X1`, /line 1: the address/],
  ['too many words', `quorum none none`, /line 1: write `quorum`/],
  ['a carriage return', `quorum none\r\n`, /line 1: it holds a control character/],
];

for (const [what, text, message] of WRONG) {
  test(`a policy with ${what} is refused, and the line is named`, () => {
    assert.throws(
      () => parseWitnessPolicy(text),
      (error) => {
        assert.ok(error instanceof WitnessPolicyError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('one more cosignature never turns a quorum into none', () => {
  const rule: fc.Arbitrary<QuorumRule> = fc.letrec<{ rule: QuorumRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3 },
      fc.nat(5).map((n): QuorumRule => ({ witness: `w${n}` })),
      fc
        .array(tie('rule'), { minLength: 1, maxLength: 4 })
        .chain((of) => fc.integer({ min: 1, max: of.length }).map((least): QuorumRule => ({ least, of }))),
    ),
  })).rule;
  const names = fc.uniqueArray(fc.nat(5).map((n) => `w${n}`));
  fc.assert(
    fc.property(rule, names, names, (one, some, more) => {
      if (isQuorum(one, new Set(some))) assert.ok(isQuorum(one, new Set([...some, ...more])));
    }),
  );
});

test('whatever a file holds, it is a policy or is refused with a line', () => {
  const word = fc.constantFrom(
    'log',
    'witness',
    'group',
    'quorum',
    'none',
    'all',
    'any',
    '2',
    '#',
    'X1',
    'X2',
    LOG,
    X1!,
    X2!,
  );
  const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  const text = fc.oneof(
    fc.string(),
    fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(text, (file) => {
      try {
        parseWitnessPolicy(file);
      } catch (error) {
        assert.ok(error instanceof WitnessPolicyError);
      }
    }),
    { numRuns: 3000 },
  );
});
