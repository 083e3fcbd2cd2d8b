/** What a policy set comes to in a gateway that rehearses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionInForce, versionsOf } from '../../src/domain/in-force.ts';
import { rehearsalOf } from '../../src/domain/rehearsal.ts';
import { agreement, dataset, NOON, organisation, policies } from '../support/judge-fixtures.ts';
import { anOrganisation } from '../support/test-issuer.ts';

const unsigned = { signedByBoth: false, rehearsal: true } as const;
const testUpstream = { ...dataset().upstream, address: 'http://127.0.0.1:2/test' };
const reachable = { datasets: [dataset({ testUpstream })] };

function inForce(set: ReturnType<typeof policies>): string[] {
  return versionsOf(set.agreements).flatMap((versions) => versionInForce(versions, set, NOON)?.id ?? []);
}

test('a rehearsal is in force without signatures, at the test upstream', () => {
  const set = rehearsalOf(policies([agreement(unsigned)], reachable));
  assert.deepEqual(inForce(set), ['DSA-2026-014']);
  assert.equal(set.datasets.get('blue-badges')?.upstream.address, testUpstream.address);
});

test('nothing that is signed for real is in force', () => {
  assert.deepEqual(inForce(rehearsalOf(policies([agreement()], reachable))), []);
});

test('a dataset without a test upstream is not there', () => {
  const set = rehearsalOf(policies([agreement(unsigned)]));
  assert.deepEqual([set.datasets.size, set.agreements.length], [0, 0]);
});

test('a rehearsal is never in force in a real gateway', () => {
  assert.deepEqual(inForce(policies([agreement(unsigned)], reachable)), []);
});

test('an organisation without an audience for rehearsals has no sign-in there', () => {
  const signIn = anOrganisation('https://login.westhaven.example').signIn ?? assert.fail();
  const audienceOf = (rehearsalAudience: string | undefined) => {
    const westhaven = { ...organisation('westhaven'), signIn: { ...signIn, rehearsalAudience } };
    const set = rehearsalOf(policies([], { organisations: [westhaven] }));
    return set.organisations.get('westhaven')?.signIn?.audience;
  };
  assert.equal(audienceOf('https://rehearsal.example'), 'https://rehearsal.example');
  const none = rehearsalOf(policies([], { organisations: [{ ...organisation('westhaven'), signIn }] }));
  assert.equal(none.organisations.get('westhaven')?.signIn, undefined);
});
