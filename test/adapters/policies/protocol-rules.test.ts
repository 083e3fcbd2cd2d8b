/** What an agreement under a protocol may write where the protocol has written already. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ONLY_IN_PROTOCOL, RULED_PATHS, ruleFor } from '../../../src/adapters/policies/protocol-rules.ts';

function taken(path: string, protocol: unknown, agreement: unknown): string {
  const together = ruleFor(path.split('/'))(protocol, agreement);
  return 'takes' in together ? together.takes : together.refuse;
}

const SETTLED = 'is settled by the protocol';

test('a key that no rule names is settled by the protocol, and may be repeated as it stands there', () => {
  assert.equal(taken('law/regime', 'UK GDPR', 'not personal data'), SETTLED);
  assert.equal(taken('law/regime', 'UK GDPR', 'UK GDPR'), 'agreement');
  assert.equal(taken('why/purpose', 'parking', 'fraud'), SETTLED);
});

test('operations, lookups, fields, roles, systems and reasons can only become fewer', () => {
  for (const path of [
    'what/they may',
    'what/they may ask using',
    'what/they may see',
    'what/they may see around the records',
    'who may look/roles',
    'who may look/systems',
    'who may look/reasons allowed',
  ]) {
    assert.equal(taken(path, ['a', 'b'], ['b']), 'agreement', path);
    assert.equal(taken(path, ['a', 'b'], ['b', 'c']), 'names `c`, which the protocol does not', path);
  }
});

test('a field cannot be shown in another way than the protocol shows it', () => {
  const initials = { field: 'name', show: 'initials' };
  assert.equal(taken('what/they may see', [initials], [initials]), 'agreement');
  assert.equal(taken('what/they may see', [initials], ['name']), 'names `name`, which the protocol does not');
  assert.equal(
    taken('what/they may see', ['name'], [{ field: 'name', show: 'in full' }]),
    'names `name` shown in that way, which the protocol does not',
  );
});

test('promises and prohibitions are added to those of the protocol', () => {
  for (const path of ['what/they must never see', 'who may look/must give', 'looking after it/security'])
    assert.equal(taken(path, ['a'], ['b']), 'both', path);
});

test('limits can only become lower, and stay by the hour or by the day', () => {
  const path = 'limits/checks by one person';
  assert.equal(taken(path, '60 an hour', '10 an hour'), 'agreement');
  assert.equal(taken(path, '60 an hour', '61 an hour'), 'is more than the protocol allows');
  assert.equal(taken(path, '60 an hour', '10 a day'), SETTLED);
  assert.equal(taken('limits/records in one answer', 20, 20), 'agreement');
  assert.equal(taken('limits/records in one answer', 20, 21), 'is more than the protocol allows');
});

test('an agreement stands within the days of its protocol', () => {
  assert.equal(taken('dates/starts', '2026-05-01', '2026-05-01'), 'agreement');
  assert.equal(taken('dates/starts', '2026-05-01', '2026-04-30'), 'is earlier than the protocol has it');
  assert.equal(taken('dates/ends', '2029-04-30', '2029-05-01'), 'is later than the protocol has it');
  assert.equal(taken('dates/review by', '2027-04-30', '2027-04-29'), 'agreement');
});

test('a sign-in can only become stronger, a breach can only be told sooner, an emergency can only be ruled out', () => {
  const second = 'work account with a second factor';
  assert.equal(taken('who may look/sign in', 'work account', second), 'agreement');
  assert.equal(taken('who may look/sign in', second, 'work account'), SETTLED);
  assert.equal(taken('who may look/sign in', 'system account', 'work account'), SETTLED);
  const breach = 'looking after it/tell the other party of a breach within';
  assert.equal(taken(breach, '24 hours', '1 hour'), 'agreement');
  assert.equal(taken(breach, '24 hours', '2 days'), 'is more than the protocol allows');
  assert.equal(taken('emergency access', { widens: [] }, 'not allowed'), 'agreement');
  assert.equal(taken('emergency access', 'not allowed', { widens: [] }), SETTLED);
});

test('whatever stands in a wrong shape is settled, never taken', () => {
  for (const path of RULED_PATHS) {
    if (path === 'title' || path === 'summary') continue;
    assert.equal(taken(path, 'something', { of: 'another shape' }), SETTLED, path);
  }
});

test('transfers abroad can stand in a protocol only', () => {
  assert.deepEqual([...ONLY_IN_PROTOCOL], ['looking after it/transfers']);
});
