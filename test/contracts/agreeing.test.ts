/** Diff, replay, try and the gateway agree: over random agreements and requests they tell one story. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Agreement } from '../../src/domain/agreement.ts';
import { decide } from '../../src/domain/decision.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { plain } from '../../src/domain/signed-statement.ts';
import { diffPolicies } from '../../src/governance/changes/diff-policies.ts';
import { changesDecisions } from '../../src/governance/changes/policy-change.ts';
import { Replay } from '../../src/governance/changes/replay.ts';
import { judgeTried } from '../../src/governance/trying/tried-request.ts';
import { comesTo, decisionSpace, type Point } from '../support/decision-space.ts';
import { openReference } from '../support/judge-fixtures.ts';
import { agreementOfChoice, choices, setOf } from '../support/random-agreements.ts';
import { recordedLeaf } from '../support/recorded-leaf.ts';

const ALWAYS = Date.parse('2025-01-01T00:00:00Z');

test('INVARIANT: the gateway, try, diff and replay say the same of one request under two random agreements', () => {
  let permits = 0;
  let differences = 0;
  fc.assert(
    fc.property(choices, choices, fc.nat(), (some, others, nth) => {
      const [before, after] = [agreementOfChoice(some), agreementOfChoice(others)];
      const [was, now] = [setOf(before), setOf(after)];
      const changes = diffPolicies(was, now, { fromMs: ALWAYS, asIfSigned: false });
      const points = decisionSpace(was, now);
      const some25 = Array.from({ length: 25 }, (_, step) => points[(nth + step * 7919) % points.length]);
      // Few requests of the whole space are permitted, so some of those that are come too.
      const permitted = points.filter((point) => comesTo(now, point).includes('"agreement"')).slice(0, 5);
      for (const point of [...some25, ...permitted]) {
        if (point === undefined) continue;
        const [then, today] = [comesTo(was, point), comesTo(now, point)];
        if (today.includes('"agreement"')) permits += 1;
        triedAgrees(after, now, point);
        // What is decided differently, a difference names.
        if (then !== today) {
          differences += 1;
          assert.ok(changes.some(changesDecisions), `${then} became ${today} and nothing is said of it`);
        }
        replayAgrees(was, now, point);
      }
    }),
    { numRuns: 120 },
  );
  assert.ok(permits > 20 && differences > 20, `${permits} permits, ${differences} differences`);
});

/** Tried in the same circumstances while the agreement is in force, the verdict is the gateway's. */
function triedAgrees(agreement: Agreement, now: PolicySet, { caller, asked, atMs }: Point): void {
  const decision = decide(caller, asked, now, atMs, openReference);
  const isInForce = decision.effect === 'permit' || !['no-agreement', 'not-in-force'].includes(decision.code);
  if (!isInForce || asked.target.kind !== 'ask' || asked.purpose !== agreement.purpose) return;
  const slug = asked.target.operation;
  const dataset = now.datasets.get(agreement.dataset);
  const operation = [...(dataset?.operations.values() ?? [])].find((one) => one.slug === slug)?.name ?? slug;
  const tried = judgeTried(
    {
      role: caller.roles[0],
      operation,
      using: asked.target.lookups,
      reason: asked.reason,
      caseReference: asked.caseReference,
    },
    {
      atMs,
      purpose: asked.purpose,
      system: caller.system,
      someoneActs: caller.person !== undefined,
      secondFactor: caller.secondFactor,
      evidence: new Map(),
      address: undefined,
      consentReference: asked.consentReference,
      emergency: undefined,
    },
    agreement,
    now,
  );
  assert.equal(verdict(tried), verdict(decision));
  if (tried.effect === 'permit' && decision.effect === 'permit')
    assert.deepEqual(plain(tried.request), plain(decision.request));
}

function replayAgrees(was: PolicySet, now: PolicySet, point: Point): void {
  const replay = new Replay(now);
  replay.take(recordedLeaf(was, point));
  const [change] = replay.result().changes;
  const said = verdict(decide(point.caller, point.asked, now, point.atMs, openReference));
  if (change !== undefined && !change.unlessAnotherRole) assert.equal(change.now, said);
}

function verdict(decision: ReturnType<typeof decide>): string {
  return decision.effect === 'permit' ? 'permit' : decision.code;
}
