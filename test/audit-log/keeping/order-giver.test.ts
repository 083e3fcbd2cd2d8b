import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf, type OrderGiver, sealedOf, whoIs } from '../../../src/audit-log/keeping/order-giver.ts';

const proved: OrderGiver = {
  assurance: 'proved',
  person: { issuer: 'https://login.westhaven.example', id: 'officer-0417' },
  organisation: 'westhaven-district-council',
  role: 'information governance officer',
};
const stated = (name: string): OrderGiver => ({ assurance: 'unproved', name });

test('two spellings of one name are one person, and two names are two', () => {
  for (const name of ['r shah', 'R. SHAH', 'Ｒ．Shah', ' r.-shah '])
    assert.equal(whoIs(stated(name)), whoIs(stated('R. Shah')));
  assert.notEqual(whoIs(stated('R. Shaw')), whoIs(stated('R. Shah')));
  assert.notEqual(whoIs(proved), whoIs(stated('officer-0417')));
});

test('the leaf gets what is known of the person and no name; the sealed row gets the rest', () => {
  assert.deepEqual(membersOf(stated('R. Shah')), { assurance: 'unproved' });
  assert.deepEqual(membersOf(proved), {
    assurance: 'proved',
    organisation: 'westhaven-district-council',
    role: 'information governance officer',
  });
  assert.deepEqual(sealedOf(proved, { because: 'a claim' }), {
    person: proved.assurance === 'proved' ? proved.person : undefined,
    words: { because: 'a claim', by: 'officer-0417' },
  });
  const sealed = sealedOf(stated('R. Shah'), {});
  assert.deepEqual(sealed.words, { by: 'R. Shah' });
  assert.equal(sealed.person?.id, 'rshah');
});
