import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { shownText } from '../../src/disclosure/shown-text.ts';
import type { Show } from '../../src/encoding/show.ts';
import { INPUTS, rulesOf } from './filtering.ts';

function useOf(show: Show) {
  const plan = compilePlan(rulesOf({ agreed: [['a', show]] }));
  return plan.record.members.get('a')?.agreed[0] ?? assert.fail();
}

test('a value is shown as its reveal has it', () => {
  assert.equal(shownText(useOf({ as: 'initials' }), 'Ines Marlowe', true, INPUTS), 'I M');
});

test('no value, and where presence is asked an empty or false one, is no', () => {
  const presence = useOf({ as: 'yes or no' });
  assert.equal(shownText(presence, undefined, false, INPUTS), 'no');
  assert.equal(shownText(presence, '', false, INPUTS), 'no');
  assert.equal(shownText(presence, 'x', true, INPUTS), 'yes');
  assert.equal(shownText(useOf({ as: 'yes or no', yesWhen: [''] }), '', false, INPUTS), 'yes');
});

test('a value of which the reveal can show nothing is refused', () => {
  assert.throws(() => shownText(useOf({ as: 'year' }), 'long ago', true, INPUTS), NotFilterable);
  assert.throws(() => shownText(useOf({ as: 'year' }), undefined, false, INPUTS), NotFilterable);
});
