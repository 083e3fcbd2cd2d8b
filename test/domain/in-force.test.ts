import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionConcerned, versionInForce, versionsOf, whyNotInForce } from '../../src/domain/in-force.ts';
import { type PolicySet, withStops } from '../../src/domain/policy-set.ts';
import { agreement, NOON, organisation, policies } from '../support/judge-fixtures.ts';

const DAY = 86_400_000;

function inForce(set: PolicySet, atMs = NOON): number | undefined {
  const [versions = []] = versionsOf(set.agreementsBetween('westhaven', 'blue-badges'));
  const found = versionInForce(versions, set, atMs);
  assert.equal(whyNotInForce(versions, set, atMs) === undefined, found !== undefined);
  return found?.version;
}

test('the newest signed version whose start has passed is in force', () => {
  const set = policies([
    agreement({ version: 1 }),
    agreement({ version: 3, startsAtMs: NOON + DAY }),
    agreement({ version: 2, startsAtMs: NOON - DAY }),
  ]);
  assert.equal(inForce(set), 2);
  assert.equal(inForce(set, NOON - DAY - 1), 1);
  assert.equal(inForce(set, NOON + DAY), 3);
});

test('a draft beside a version in force changes nothing', () => {
  assert.equal(inForce(policies([agreement(), agreement({ version: 2, signedByBoth: false })])), 1);
});

test('an older version does not come back when the newest has ended', () => {
  const set = policies([agreement(), agreement({ version: 2, startsAtMs: NOON - DAY, endsAtMs: NOON })]);
  assert.equal(inForce(set, NOON - 1), 2);
  assert.equal(inForce(set, NOON), undefined);
});

test('an agreement with a party that is not active, or not known, is not in force', () => {
  const stopped = [organisation('northmere', false), organisation('westhaven')];
  assert.equal(inForce(policies([agreement()], { organisations: stopped })), undefined);
  assert.equal(inForce(policies([agreement()], { organisations: [organisation('northmere')] })), undefined);
});

test('an instant that is no number is never in force', () => {
  assert.equal(inForce(policies([agreement()]), Number.NaN), undefined);
});

test('why nothing is in force is said in words', () => {
  const why = (set: PolicySet) => whyNotInForce(set.agreementsBetween('westhaven', 'blue-badges'), set, NOON);
  assert.equal(why(policies([agreement({ endsAtMs: NOON })])), 'has ended');
  assert.equal(why(policies([agreement({ startsAtMs: NOON + 1 })])), 'has not started');
  assert.equal(why(policies([agreement({ signedByBoth: false })])), 'is not signed by both parties');
  assert.equal(why(policies([agreement()], { organisations: [] })), 'has a party that is not active');
  assert.equal(why(policies()), undefined);
});

test('a newer version that was changed after it was signed is not in force, and brings no older one back', () => {
  const changed = {
    signedByBoth: false,
    signaturesBroken: true,
    signatureFaults: ['the upstream is now another'],
  };
  const set = policies([agreement(), agreement({ version: 2, startsAtMs: NOON - DAY, ...changed })]);
  assert.equal(inForce(set), undefined);
  assert.equal(inForce(set, NOON - DAY - 1), 1);
  const [versions = []] = versionsOf(set.agreements);
  assert.equal(whyNotInForce(versions, set, NOON), 'is not what both parties signed');
  assert.deepEqual(versionConcerned(versions, NOON)?.signatureFaults, changed.signatureFaults);
});

test('a stop takes every version out of force, and names who stopped', () => {
  const stop = { order: 'end', agreement: 'DSA-2026-014', by: 'westhaven', reason: 'x', atMs: NOON } as const;
  const set = withStops(policies([agreement(), agreement({ version: 2, startsAtMs: NOON + DAY })]), [stop]);
  assert.equal(inForce(set), undefined);
  assert.equal(inForce(set, NOON + DAY), undefined);
  const [versions = []] = versionsOf(set.agreements);
  assert.match(whyNotInForce(versions, set, NOON) ?? '', /^was ended early on 2026-11-23 by westhaven/);
});

test('a stop by somebody who is no party stops nothing', () => {
  const stop = { order: 'end', agreement: 'DSA-2026-014', by: 'eastmoor', reason: 'x', atMs: NOON } as const;
  assert.equal(inForce(withStops(policies(), [stop])), 1);
});

test('a rehearsal is not in force, and is called one', () => {
  const set = policies([agreement({ signedByBoth: false, rehearsal: true })]);
  assert.equal(inForce(set), undefined);
  assert.equal(whyNotInForce(set.agreements, set, NOON), 'is a rehearsal only');
});
