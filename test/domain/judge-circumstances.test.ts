/** Place, training and hours: what is shown passes, what is not shown does not, what is only reported is not asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../src/domain/decision.ts';
import { readHours } from '../../src/domain/hours.ts';
import { judgeHours, judgePlace, judgeTraining } from '../../src/domain/judge-circumstances.ts';
import { readNetwork } from '../../src/domain/network.ts';
import { agreement, asked, caller, NOON, openReference, policies } from '../support/judge-fixtures.ts';

const inTheUk = agreement({
  place: { place: 'United Kingdom', shownBy: { kind: 'claim', claim: 'country', is: ['GB', 'UK'] } },
});
const onNetwork = agreement({
  place: {
    place: 'council offices',
    shownBy: {
      kind: 'networks',
      networks: ['192.0.2.0/24', '2001:db8::/32'].flatMap((words) => readNetwork(words) ?? []),
    },
  },
});
const trained = agreement({ training: { shownBy: { kind: 'claim', claim: 'training' } } });
const officeHours = agreement({ hours: readHours('Monday to Friday, 08:00 to 18:00') });

function showing(name: string, value: string) {
  return caller({ evidence: new Map([[name, value]]) });
}

test('a place is shown by a claim with one of the agreed values', () => {
  assert.equal(judgePlace(showing('country', 'GB'), asked(), inTheUk), undefined);
  for (const who of [caller(), showing('country', 'FR'), showing('country', 'gb'), showing('other', 'GB')]) {
    assert.deepEqual(judgePlace(who, asked(), inTheUk), {
      code: 'place-not-agreed',
      detail:
        'Agreement DSA-2026-014 lets people look only from this place: United Kingdom; the sign-in must show it.',
    });
  }
});

test('a place is shown by the network from which the request came', () => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1'])
    assert.equal(judgePlace(caller(), asked({ address }), onNetwork), undefined);
  for (const address of ['198.51.100.1', '', undefined]) {
    assert.deepEqual(judgePlace(caller(), asked({ address }), onNetwork), {
      code: 'place-not-agreed',
      detail:
        'Agreement DSA-2026-014 lets people look only from this place: council offices; ask from a network that it lists.',
    });
  }
});

test('training is in date until its last day has ended in London', () => {
  const who = showing('training', '2026-07-06');
  const after = Date.parse('2026-07-06T23:00:00Z');
  assert.equal(judgeTraining(who, trained, after - 1), undefined);
  assert.equal(judgeTraining(who, trained, after)?.code, 'training-out-of-date');
});

test('training that is not shown as a day is not in date', () => {
  for (const value of ['', 'yes', '2099', '2099-02-30', '2099-01-01T00:00:00Z', '01/01/2099'])
    assert.equal(
      judgeTraining(showing('training', value), trained, NOON)?.code,
      'training-out-of-date',
      value,
    );
  assert.equal(judgeTraining(caller(), trained, NOON)?.code, 'training-out-of-date');
});

test('what is only reported is never asked', () => {
  const shownBy = { kind: 'reported' } as const;
  const reported = agreement({ place: { place: 'anywhere', shownBy }, training: { shownBy } });
  assert.equal(judgePlace(caller(), asked(), reported), undefined);
  assert.equal(judgeTraining(caller(), reported, NOON), undefined);
});

test('outside the hours the refusal says the hours', () => {
  assert.equal(judgeHours(officeHours, NOON), undefined);
  assert.deepEqual(judgeHours(officeHours, NOON - 24 * 3_600_000), {
    code: 'outside-hours',
    detail:
      'Agreement DSA-2026-014 lets nobody look at this hour; its hours are: Monday to Friday, 08:00 to 18:00, in London. Ask within them.',
  });
});

test('a decision asks for place, training, hours and reason in this order, each after the role', () => {
  const all = agreement({
    hours: readHours('Sunday, 08:00 to 18:00'),
    place: inTheUk.place,
    training: trained.training,
  });
  const codeFor = (who = caller()): string => {
    const decision = decide(who, asked({ reason: undefined }), policies([all]), NOON, openReference);
    return decision.effect === 'refuse' ? decision.code : 'permit';
  };
  assert.equal(codeFor(caller({ roles: [] })), 'role-not-agreed');
  assert.equal(codeFor(), 'place-not-agreed');
  assert.equal(codeFor(showing('country', 'GB')), 'training-out-of-date');
  const evidence = new Map([
    ['country', 'GB'],
    ['training', '2027-01-01'],
  ]);
  assert.equal(codeFor(caller({ evidence })), 'outside-hours');
});
