import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Caller } from '../../src/domain/caller.ts';
import { judgePerson, judgeRole, judgeSecondFactor } from '../../src/domain/judge-person.ts';
import { isPlainText } from '../../src/domain/one-person.ts';
import { agreement, asked, caller } from '../support/judge-fixtures.ts';

function judged(person: Agreement['person'], who: Partial<Caller>, statedPerson?: string) {
  const result = judgePerson(caller(who), asked({ statedPerson }), agreement({ person }));
  return result !== undefined && 'code' in result ? result.code : result;
}

const nobody = { person: undefined };
const proved = { id: 'w.hughes', assurance: 'proved' };

describe('a person proved by the sign-in', () => {
  test('is recorded as proved', () => assert.deepEqual(judged('proved by the sign-in', {}), proved));
  test('is missed where the token names none', () => {
    assert.equal(judged('proved by the sign-in', nobody), 'person-missing');
  });
  test('is not replaced by one whom the system states', () => {
    assert.equal(judged('proved by the sign-in', nobody, 'w.hughes'), 'person-not-proved');
    assert.equal(judged('proved by the sign-in', {}, 'w.hughes'), 'person-not-proved');
  });
});

describe('a person stated by the system', () => {
  const kind = 'stated by the system';
  test('is recorded as stated', () => {
    assert.deepEqual(judged(kind, nobody, 'p.ahmed'), { id: 'p.ahmed', assurance: 'stated' });
  });
  test('gives way to one whom the sign-in proves', () => {
    assert.deepEqual(judged(kind, {}), proved);
    assert.deepEqual(judged(kind, {}, 'w.hughes'), proved);
  });
  test('may not be another than the one whom the sign-in proves', () => {
    assert.equal(judged(kind, {}, 'p.ahmed'), 'person-not-proved');
  });
  test('must be stated', () => assert.equal(judged(kind, nobody), 'person-missing'));
  test('may not come from a system that never acts for one', () => {
    assert.equal(judged(kind, { ...nobody, actsForNamedPerson: 'never' }, 'p.ahmed'), 'person-not-proved');
  });
  test('may not bear a name that stands for nobody', () => {
    for (const name of [
      'system',
      'Admin',
      'test',
      'TEST.USER',
      'admin01',
      'svc-12',
      'n/a',
      '-',
      'é',
      'x'.repeat(201),
    ]) {
      assert.equal(judged(kind, nobody, name), 'person-not-proved', name);
    }
    for (const name of ['a.admina', 'user4711', 'na1234', 'testa.rossi@westhaven.example']) {
      assert.deepEqual(judged(kind, nobody, name), { id: name, assurance: 'stated' });
    }
  });
});

describe('an agreement that needs no person', () => {
  test('takes a system that acts for nobody', () => {
    assert.equal(judged('not needed', { ...nobody, actsForNamedPerson: 'never' }), undefined);
    assert.equal(judged('not needed', { ...nobody, actsForNamedPerson: 'sometimes' }), undefined);
  });
  test('still needs one from a system that always acts for one', () => {
    assert.equal(judged('not needed', nobody), 'person-missing');
  });
  test('records the one whom the sign-in proves, and takes none that is merely stated', () => {
    assert.deepEqual(judged('not needed', {}), proved);
    assert.equal(judged('not needed', {}, 'p.ahmed'), 'person-not-proved');
  });
});

test('the role is the first of the agreement that the caller holds', () => {
  const roles = ['cleaner', 'parking supervisor', 'parking officer'];
  assert.equal(judgeRole(caller({ roles }), agreement()), 'parking officer');
  assert.equal(typeof judgeRole(caller({ roles: ['Parking officer'] }), agreement()), 'object');
});

test('only an agreement that needs no person may do without roles', () => {
  assert.equal(judgeRole(caller(), agreement({ roles: [], person: 'not needed' })), undefined);
  assert.equal(typeof judgeRole(caller(), agreement({ roles: [] })), 'object');
});

test('a second factor is asked for where the agreement says so', () => {
  assert.equal(
    judgeSecondFactor(caller({ secondFactor: false }), agreement())?.code,
    'second-factor-missing',
  );
  assert.equal(
    judgeSecondFactor(caller({ secondFactor: false }), agreement({ secondFactor: false })),
    undefined,
  );
  assert.equal(judgeSecondFactor(caller(), agreement()), undefined);
});

test('plain text is printable ASCII of at most 200 characters with a letter or a digit in it', () => {
  for (const text of ['PCN-0001', '7', 'a b']) assert.ok(isPlainText(text));
  for (const text of ['', ' ', '--', 'caf\u00e9', 'a\nb', 'a'.repeat(201)]) assert.ok(!isPlainText(text));
});
