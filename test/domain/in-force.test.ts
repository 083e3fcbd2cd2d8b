import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionInForce, versionsOf, whyNotInForce } from '../../src/domain/in-force.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
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
