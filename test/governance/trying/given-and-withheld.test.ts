/** Given and withheld, side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenAndWithheld, leavesOf } from '../../../src/governance/trying/given-and-withheld.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { NOON, sampleAgreement, sampleDataset } from '../../support/sample-policies.ts';
import { permitOf } from '../../support/tried-permit.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const BADGES = sampleDataset('blue-badges');
const LOOK_UP = BADGES.operations.get('look up one badge')!;

function compared(answer: string) {
  const session = triedFilter()(permitOf(KERBSIDE, 'look up one badge'), 'westhaven-parking-app', NOON);
  return givenAndWithheld(answer, session, KERBSIDE, BADGES, LOOK_UP);
}

test('each field says what came, what is given, and how or why not', () => {
  const outcome = compared(
    '{"data":{"badgeNumber":"ZZ9Z01","party":{"person":{"badgeHolderName":"Ines Marlowe","nino":"QQ123456C"}},"orderDate":"2026-01-01","new":1.50}}',
  );
  assert.ok('fields' in outcome);
  assert.equal(outcome.records, 1);
  assert.deepEqual(
    outcome.fields.map(({ name, came, given, because }) => [name, came, given, because]),
    [
      ['badgeNumber', ['ZZ9Z01'], ['ZZ9Z01'], 'in full'],
      ['orderDate', ['2026-01-01'], [], 'not agreed'],
      ['party.person.badgeHolderName', ['Ines Marlowe'], ['I M'], 'only the initials, such as “I M”'],
      ['party.person.nino', ['QQ123456C'], [], 'never, says the agreement'],
      ['new', ['1.50'], [], 'the dataset does not declare it'],
    ],
  );
});

test('an answer that cannot be filtered gives nothing, and says why without a value', () => {
  for (const answer of ['not json', '{"data":{"badgeNumber":{"a":1}}}', '']) {
    const outcome = compared(answer);
    assert.ok('failed' in outcome, answer);
    assert.doesNotMatch(outcome.failed, /not json/);
  }
});

test('leaves are known by their field, through lists and with their digits', () => {
  const leaves = leavesOf('{"data":[{"a":{"b.c":[1.0,2]}},{"a":{"b.c":12345678901234567890}}]}', {
    ...LOOK_UP,
    recordPath: ['data'],
  });
  assert.deepEqual([...leaves], [["a.'b.c'", ['1.0', '2', '12345678901234567890']]]);
});
