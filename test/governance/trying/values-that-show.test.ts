/** Backwards through the filter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Show } from '../../../src/encoding/show.ts';
import { valuesThatShow } from '../../../src/governance/trying/values-that-show.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { NOON, sampleAgreement, sampleDataset } from '../../support/sample-policies.ts';
import { permitOf } from '../../support/tried-permit.ts';

const BADGES = sampleDataset('blue-badges');
const filter = triedFilter();

/** The value with which a field that is shown so shows what is expected, or why there is none. */
function valueFor(name: string, show: Show, expected: string) {
  const field = BADGES.fields.get(name)!;
  const agreement = { ...sampleAgreement('DSA-2026-014'), fields: [{ path: field.path, field, show }] };
  const permit = permitOf(agreement, 'look up one badge');
  const { values, impossible } = valuesThatShow(new Map([[name, expected]]), permit, () =>
    filter(permit, 'westhaven-parking-app', NOON),
  );
  return impossible ?? values.get(name);
}

test('every reveal finds a value that shows what is expected', () => {
  assert.equal(valueFor('badgeNumber', { as: 'in full' }, 'ZZ9Z07'), 'ZZ9Z07');
  assert.equal(valueFor('party.person.badgeHolderName', { as: 'initials' }, 'I M'), 'I M');
  assert.equal(valueFor('expiryDate', { as: 'year' }, '2028'), '2028-06-15');
  assert.match(valueFor('issuedDate', { as: 'year' }, '2028') ?? '', /^2028-/);
  assert.equal(valueFor('party.contact.postCode', { as: 'first half' }, 'ZZ99'), 'ZZ99 3VZ');
  assert.equal(valueFor('party.person.nino', { as: 'last 4 characters' }, '456C'), 'QQ123456C');
  assert.equal(valueFor('statusCode', { as: 'yes or no', yesWhen: ['ISSUED'] }, 'yes'), 'ISSUED');
  assert.equal(valueFor('eligibilityCode', { as: 'yes or no' }, 'no'), null);
  assert.equal(
    valueFor(
      'statusCode',
      { as: 'in other words', words: new Map([['ISSUED', 'live']]), anythingElse: 'no' },
      'live',
    ),
    'ISSUED',
  );
  assert.match(valueFor('party.person.dob', { as: 'over 18' }, 'no') ?? '', /^20\d\d-01-01$/);
  assert.notEqual(valueFor('party.person.nino', { as: 'matching code' }, 'whatever it is'), undefined);
});

test('what can never show says so, with how the field is shown', () => {
  assert.equal(
    valueFor('party.person.badgeHolderName', { as: 'initials' }, 'Ines Marlowe'),
    'nobody ever sees “Ines Marlowe” in `party.person.badgeHolderName`, which is shown only the initials, such as “I M”',
  );
});

test('a field that is not agreed can show nothing', () => {
  const permit = permitOf(sampleAgreement('DSA-2026-014'), 'look up one badge');
  const { impossible } = valuesThatShow(new Map([['orderDate', '2026-01-01']]), permit, () =>
    filter(permit, 'westhaven-parking-app', NOON),
  );
  assert.equal(impossible, '`orderDate` is not agreed, so nobody sees it');
});
