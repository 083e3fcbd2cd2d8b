/** What is kept from a person's report: which version decides, until when, and what happens where nobody can tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement, KeptFromReport } from '../../../src/domain/agreement.ts';
import type { ReportPolicies } from '../../../src/governance/reports/report-exchange.ts';
import { type KeptBack, keptBack } from '../../../src/governance/reports/report-kept-back.ts';
import { NOON, policiesOf, sampleAgreement } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
// What the file says as `until`, `because` and `decided by`.
const KEPT: KeptFromReport = {
  untilMs: Date.parse('2027-04-01T00:00:00+01:00'),
  exemption: 'crime and taxation',
  because: 'It would warn them.',
  decidedBy: 'R. Shah',
};
const NOT_KEPT = undefined;

const version = (
  number: number,
  keptFromReport: KeptFromReport | undefined,
  more: Partial<Agreement> = {},
) => ({
  ...KERBSIDE,
  ...{ version: number, keptFromReport },
  ...more,
});

function policies(now: readonly Agreement[] | undefined, then: readonly Agreement[] = []): ReportPolicies {
  return {
    current: now === undefined ? undefined : policiesOf(...now),
    asItWas: (sha256) => (sha256 === 'then' && then.length > 0 ? policiesOf(...then) : undefined),
  };
}

function leaf(agreedVersion?: number): Readonly<Record<string, unknown>> {
  const { consumer, dataset, id } = KERBSIDE;
  const agreement =
    agreedVersion === undefined ? {} : { agreement: { id, version: agreedVersion, sha256: 'ab' } };
  return { exchange: 'one', consumer, dataset, policies: 'then', ...agreement };
}

const because = (kept: KeptBack | undefined) => kept?.because;

test('an exchange is kept back to the end of the last day in London, and told from the next midnight on', () => {
  const held = policies([version(3, KEPT)]);
  assert.deepEqual(keptBack(leaf(3), held, KEPT.untilMs - 1), {
    agreement: 'DSA-2026-014',
    until: '2027-03-31',
    exemption: 'crime and taxation',
    because: 'It would warn them.',
    decidedBy: 'R. Shah',
  });
  assert.equal(keptBack(leaf(3), policies([version(3, KEPT)]), KEPT.untilMs), undefined);
});

test('the newest version that has started decides of exchanges under all versions, whichever way', () => {
  assert.ok(
    keptBack(leaf(3), policies([version(3, NOT_KEPT), version(4, KEPT)], [version(3, NOT_KEPT)]), NOON),
  );
  assert.equal(
    keptBack(leaf(3), policies([version(3, KEPT), version(4, NOT_KEPT)], [version(3, KEPT)]), NOON),
    undefined,
  );
});

test('a draft, and a version that has not started, decide nothing', () => {
  const draft = version(4, NOT_KEPT, { signedByBoth: false });
  const future = version(5, NOT_KEPT, { startsAtMs: NOON + 1 });
  assert.ok(keptBack(leaf(3), policies([version(3, KEPT), draft, future]), NOON));
});

test('an agreement that has ended, or whose signatures broke, still keeps back what it kept', () => {
  for (const more of [{ endsAtMs: NOON - 1 }, { signedByBoth: false, signaturesBroken: true }])
    assert.ok(keptBack(leaf(3), policies([version(3, NOT_KEPT), version(4, KEPT, more)]), NOON));
});

test('where no version is in place any more, that of the exchange decides', () => {
  assert.ok(keptBack(leaf(3), policies([], [version(3, KEPT)]), NOON));
  assert.equal(keptBack(leaf(3), policies([], [version(3, NOT_KEPT)]), NOON), undefined);
});

test('INVARIANT: where the agreement is not to be had, nobody can tell, so that it is kept back', () => {
  for (const now of [undefined, []]) {
    const kept = keptBack(leaf(3), policies(now), NOON);
    assert.equal(kept?.until, undefined);
    assert.match(because(kept) ?? '', /decide by hand/);
  }
});

test('what was refused before an agreement was found is kept back like what the same consumer asks under one that is', () => {
  assert.ok(keptBack(leaf(), policies([version(3, KEPT)]), NOON));
  assert.equal(keptBack(leaf(), policies([version(3, NOT_KEPT)]), NOON), undefined);
  const another = { ...leaf(), dataset: 'patient-demographics' };
  assert.equal(keptBack(another, policies([version(3, KEPT)]), NOON), undefined);
  assert.equal(keptBack({ exchange: 'one' }, policies([version(3, KEPT)]), NOON), undefined);
});
