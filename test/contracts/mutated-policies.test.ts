/**
 * Policy sets with one slip each: every one is refused with a sentence or loads, and always in the
 * same way; one that loads gives nothing more than the samples do unless their difference says so.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgreementFiles } from '../../src/adapters/policies/agreement-files.ts';
import { NO_SIGNATURES } from '../../src/adapters/policies/agreement-signatures.ts';
import type { PolicyFile } from '../../src/adapters/policies/policy-files.ts';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import type { PolicyMistake } from '../../src/domain/policy-mistakes.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { asIfSigned } from '../../src/governance/changes/as-if-signed.ts';
import { diffPolicies } from '../../src/governance/changes/diff-policies.ts';
import { changesDecisions } from '../../src/governance/changes/policy-change.ts';
import { changedText, policyFile, sampleFiles } from '../support/changed-policies.ts';
import type { Point } from '../support/decision-space.ts';
import { comesTo } from '../support/decision-space.ts';
import { asked, caller } from '../support/judge-fixtures.ts';
import { mutated } from '../support/mutated-policies.ts';

/** `npm run campaign:mutations` tries eight times as many: a thousand and more. */
const ROUNDS = Number(process.env['MUTATION_ROUNDS'] ?? 1);
const EACH = 130;
/** Far more than one folder needs, on a busy machine too. */
const LONGEST_MS = 10_000;

const NOON = Date.parse('2026-11-23T12:00:00Z');

const remembering = new AgreementFiles();
const SAMPLES = asIfSigned(
  readPolicyFiles(sampleFiles().map((file) => policyFile(file, changedText(file)))).policies,
);

function mistakesOf(files: readonly PolicyFile[]): readonly PolicyMistake[] {
  return readPolicyFiles(files, NO_SIGNATURES, remembering).mistakes;
}

function checkSet(seed: number): 'refused' | 'loads' {
  const { file, slip, text, files } = mutated(seed);
  const said = `seed ${seed}: ${file}: ${slip}`;
  const began = performance.now();
  const mistakes = mistakesOf(files);
  assert.ok(performance.now() - began < LONGEST_MS, `${said} takes too long`);
  assert.deepEqual(mistakesOf(files), mistakes, `${said} is told in two ways`);
  const lines = new Map(
    files.map(({ folder, name, bytes }) => [`${folder}/${name}`, String(bytes).split('\n').length]),
  );
  assert.equal(lines.get(file), text.split('\n').length);
  for (const { file: where, line, column, what, write } of mistakes) {
    assert.ok(
      line >= 1 && line <= (lines.get(where) ?? 0) && column >= 1,
      `${said}: ${where}:${line}:${column}`,
    );
    assert.match(what, /\S/, said);
    assert.match(write, /\S/, said);
    assert.doesNotMatch(`${what} ${write}`, /undefined|\[object|NaN|expected |invalid /i, said);
  }
  if (mistakes.length > 0) return 'refused';
  checkDecisions(files, said);
  return 'loads';
}

/** What the difference between the sets does not name decides nothing, and what it says gives less gives nothing more. */
function checkDecisions(files: readonly PolicyFile[], said: string): void {
  const after = asIfSigned(readPolicyFiles(files, NO_SIGNATURES, remembering).policies);
  const changes = diffPolicies(SAMPLES, after, { fromMs: NOON, asIfSigned: true });
  const effects = new Set(changes.map(({ effect }) => effect));
  const givesMore = effects.has('gives more') || effects.has('changes');
  for (const point of [...pointsOf(SAMPLES), ...pointsOf(after)]) {
    const [was, is] = [comesTo(SAMPLES, point), comesTo(after, point)];
    if (!changes.some(changesDecisions)) assert.equal(is, was, `${said}: nothing is said to differ`);
    if (!givesMore && was.startsWith(REFUSED))
      assert.ok(is.startsWith(REFUSED), `${said}: gives more unsaid: ${is}`);
  }
}

const REFUSED = '{"code":';

/** Every example of every agreement, asked by its role in each way that may matter. */
function pointsOf({ agreements, datasets }: PolicySet): Point[] {
  return agreements.flatMap((agreement) =>
    agreement.examples.flatMap((example) => {
      const slug = datasets.get(agreement.dataset)?.operations.get(example.asksTo)?.slug ?? '';
      const what = asked({
        dataset: agreement.dataset,
        target: { kind: 'ask', operation: slug, lookups: example.using },
        purpose: agreement.purpose,
        reason: example.reason,
        caseReference: example.caseReference,
      });
      return [true, false].flatMap((secondFactor) =>
        [...agreement.systems, 'another-system'].map((system) => ({
          caller: caller({ organisation: agreement.consumer, system, secondFactor, roles: [example.as] }),
          asked: what,
          atMs: NOON,
        })),
      );
    }),
  );
}

for (let round = 0; round < ROUNDS; round += 1) {
  const first = round * EACH;
  test(`sets ${first} to ${first + EACH - 1} are refused with a sentence and a line, or load`, () => {
    const counts = { refused: 0, loads: 0 };
    for (let seed = first; seed < first + EACH; seed += 1) counts[checkSet(seed)] += 1;
    assert.ok(counts.refused > EACH / 4, JSON.stringify(counts));
    assert.ok(counts.loads > 0, JSON.stringify(counts));
  });
}

test('the same seed makes the same slip', () => {
  for (const seed of [1, 77, 901]) assert.equal(mutated(seed).text, mutated(seed).text);
});
