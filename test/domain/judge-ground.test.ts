import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCaseReference, judgeEmergency, judgeReason } from '../../src/domain/judge-ground.ts';
import { agreement, asked } from '../support/judge-fixtures.ts';

const relaxed = agreement({ mustGive: { reason: false, caseReference: false } });

test('a reason is one of the agreed ones, letter for letter', () => {
  assert.equal(judgeReason(asked({ reason: 'appeal' }), agreement()), undefined);
  assert.equal(judgeReason(asked({ reason: 'Appeal' }), agreement())?.code, 'reason-not-agreed');
  assert.equal(judgeReason(asked({ reason: 'appeal ' }), agreement())?.code, 'reason-not-agreed');
});

test('a reason that need not be given may be left out, but not be made up', () => {
  assert.equal(judgeReason(asked({ reason: undefined }), relaxed), undefined);
  assert.equal(judgeReason(asked({ reason: 'curiosity' }), relaxed)?.code, 'reason-not-agreed');
  assert.equal(judgeReason(asked({ reason: undefined }), agreement())?.code, 'reason-missing');
});

test('a reason is never taken where the agreement lists none', () => {
  const none = agreement({ reasonsAllowed: [] });
  assert.equal(judgeReason(asked({ reason: 'appeal' }), none)?.code, 'reason-not-agreed');
});

test('a case reference holds something that can be looked up', () => {
  for (const caseReference of ['', '  ', '-', 'caf\u00e9', 'PCN\r\nX', 'x'.repeat(201)]) {
    assert.equal(judgeCaseReference(asked({ caseReference }), relaxed)?.code, 'case-reference-missing');
  }
  assert.equal(judgeCaseReference(asked(), agreement()), undefined);
  assert.equal(judgeCaseReference(asked({ caseReference: undefined }), relaxed), undefined);
  assert.equal(
    judgeCaseReference(asked({ caseReference: undefined }), agreement())?.code,
    'case-reference-missing',
  );
});

test('no agreement allows an emergency yet, so a claim of one is refused and not ignored', () => {
  assert.equal(
    judgeEmergency(asked({ emergency: 'risk to life' }), agreement())?.code,
    'emergency-not-allowed',
  );
  assert.equal(judgeEmergency(asked(), agreement()), undefined);
});
