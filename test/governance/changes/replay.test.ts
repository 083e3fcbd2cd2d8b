/** Tests of src/governance/changes/replay.ts and of the judging again in src/domain/rejudge.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../../src/domain/decision.ts';
import type { PolicySet } from '../../../src/domain/policy-set.ts';
import { Replay, type ReplayResult } from '../../../src/governance/changes/replay.ts';
import { replayAsPage } from '../../../src/governance/changes/replay-as-page.ts';
import { decisionSpace, type Point } from '../../support/decision-space.ts';
import { agreement, asked, caller, openReference } from '../../support/judge-fixtures.ts';
import { agreementOfChoice, choices, setOf } from '../../support/random-agreements.ts';
import { recordedLeaf } from '../../support/recorded-leaf.ts';

function replayed(was: PolicySet, now: PolicySet, points: readonly Point[]): ReplayResult {
  const replay = new Replay(now);
  for (const point of points) replay.take(recordedLeaf(was, point));
  return replay.result();
}

const BOTH = setOf(
  agreement(),
  agreement({ id: 'DSA-2026-015', purpose: 'appeals', roles: ['parking supervisor'], secondFactor: false }),
);

test('judged again under the same policies, no exchange is decided otherwise', () => {
  const points = decisionSpace(BOTH);
  const result = replayed(BOTH, BOTH, points);
  assert.deepEqual(result.changes, []);
  assert.equal(result.exchanges, points.length);
  assert.ok(result.same > 100, `${result.same} of ${points.length} are the same`);
});

test('INVARIANT: what the replay says of an exchange is what the gateway would decide, or that it cannot tell', () => {
  fc.assert(
    fc.property(choices, fc.nat(), (changes, nth) => {
      const now = setOf(agreementOfChoice(changes));
      const points = decisionSpace(BOTH, now);
      for (let step = 0; step < 40; step += 1) {
        const point = points[(nth + step * 7919) % points.length];
        if (point === undefined) continue;
        const result = replayed(BOTH, now, [point]);
        const decision = decide(point.caller, point.asked, now, point.atMs, openReference);
        const verdict = decision.effect === 'permit' ? 'permit' : decision.code;
        const [change] = result.changes;
        if (change !== undefined && !change.unlessAnotherRole) assert.equal(change.now, verdict);
        if (result.same === 1) {
          const was = decide(point.caller, point.asked, BOTH, point.atMs, openReference);
          assert.equal(was.effect === 'permit' ? 'permit' : was.code, verdict);
        }
        assert.equal(result.exchanges, 1);
      }
    }),
    { numRuns: 150 },
  );
});

test('a dropped role says how many exchanges, and that another role may save them', () => {
  const now = setOf(agreement({ roles: ['parking supervisor'] }));
  const point: Point = {
    caller: caller({ roles: ['parking officer'], actsForNamedPerson: 'sometimes' }),
    asked: asked(),
    atMs: Date.parse('2026-11-23T12:00:00Z'),
  };
  const { changes, exchanges } = replayed(BOTH, now, [point, point]);
  assert.equal(exchanges, 2);
  assert.deepEqual(changes, [
    {
      agreement: 'DSA-2026-014',
      purpose: 'parking enforcement',
      was: 'permit',
      now: 'role-not-agreed',
      unlessAnotherRole: true,
      exchanges: 2,
    },
  ]);
  const words = JSON.stringify(replayAsPage({ ...replayed(BOTH, now, [point]) }));
  assert.match(
    words,
    /1 exchange under DSA-2026-014 for parking enforcement: was permitted, would be refused/,
  );
  assert.match(words, /unless the person holds another role/);
});

test('what only the caller showed, and the log does not hold, cannot be told', () => {
  const place = {
    place: 'United Kingdom',
    shownBy: { kind: 'claim', claim: 'country', is: ['GB'] },
  } as const;
  const now = setOf(agreement({ place, secondFactor: false }));
  const permitted = decisionSpace(BOTH).filter(
    ({ caller: who, asked: what, atMs }) => decide(who, what, BOTH, atMs, openReference).effect === 'permit',
  );
  const { cannotTell } = replayed(BOTH, now, permitted);
  assert.ok((cannotTell.get('the place is not in the log') ?? 0) > 0);
});

test('a field that left and is no longer agreed is named with the number of answers', () => {
  const replay = new Replay(BOTH);
  const point = decisionSpace(BOTH).find(
    ({ caller: who, asked: what, atMs }) => decide(who, what, BOTH, atMs, openReference).effect === 'permit',
  );
  assert.ok(point !== undefined);
  const { atMs, leaf } = recordedLeaf(BOTH, point);
  const released = { ...JSON.parse(Buffer.from(leaf).toString()), kind: 'released', fields: ['nino'] };
  for (let nth = 0; nth < 3; nth += 1)
    replay.take({ kind: 'released', atMs, leaf: Buffer.from(JSON.stringify(released)) });
  const [[name, answers] = []] = [...replay.result().fieldsLost];
  assert.match(name ?? '', / nino$/);
  assert.equal(answers, 3);
});

test('an entry that somebody spoiled is counted as what cannot be told, and the rest is judged', () => {
  const replay = new Replay(BOTH);
  for (const bytes of ['{"kind":"sent"', '[]', 'null', '\u0000'])
    replay.take({ kind: 'sent', atMs: 0, leaf: Buffer.from(bytes) });
  assert.deepEqual([...replay.result().cannotTell], [['the entry is no leaf; verify the log', 4]]);
});
