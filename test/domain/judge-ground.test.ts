import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  judgeCaseReference,
  judgeConsentReference,
  judgeEmergency,
  judgeReason,
} from '../../src/domain/judge-ground.ts';
import { agreement, asked } from '../support/judge-fixtures.ts';

const relaxed = agreement({ mustGive: { reason: false, caseReference: false, consentReference: false } });

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

test('an emergency is refused, with one sentence where the file does not allow it and another where it does', () => {
  const claimed = asked({ emergency: 'risk to life' });
  assert.deepEqual(judgeEmergency(claimed, agreement()), {
    code: 'emergency-not-allowed',
    detail:
      'Agreement DSA-2026-014 does not allow emergency access; leave out Exchange-Emergency and ask in the ordinary way.',
  });
  const emergency = {
    allowedFor: ['immediate risk to life'],
    roles: ['parking supervisor'],
    widens: ['reasons allowed'],
    neverWidens: ['they may see'],
    reviewedBy: 'caldicott guardian',
    reviewedWithin: '1 working day',
  };
  const refused = judgeEmergency(claimed, agreement({ emergency }));
  assert.equal(refused?.code, 'emergency-not-allowed');
  assert.match(
    refused?.detail ?? '',
    /allows emergency access, but this version of the gateway cannot grant it yet/,
  );
  assert.equal(judgeEmergency(asked(), agreement({ emergency })), undefined);
});

test("the reference of the person's consent is asked for where it is agreed, and must be usable where it is given", () => {
  const needed = agreement({ mustGive: { reason: true, caseReference: true, consentReference: true } });
  assert.equal(judgeConsentReference(asked(), agreement()), undefined);
  assert.equal(judgeConsentReference(asked({ consentReference: 'CONSENT-7' }), needed), undefined);
  assert.match(judgeConsentReference(asked(), needed)?.detail ?? '', /send it in Exchange-Consent-Reference/);
  for (const consentReference of ['', ' ', '-', 'x'.repeat(201)])
    assert.equal(
      judgeConsentReference(asked({ consentReference }), agreement())?.code,
      'consent-reference-missing',
    );
});
