import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURES, REFUSALS } from '../../src/domain/reason.ts';
import { isProblemCode, problemBytes, problemStatus, problemTitle } from '../../src/http/problem.ts';

test('every reason has a status and a title', () => {
  for (const code of [...REFUSALS, ...FAILURES]) {
    assert.ok(isProblemCode(code));
    assert.ok(problemStatus(code) >= 400 && problemStatus(code) <= 599, code);
    assert.match(problemTitle(code), /^[A-Z][^<>]*[a-z]$/, code);
  }
});

test('no name of an object stands for a reason', () => {
  for (const name of ['toString', '__proto__', 'constructor', '']) assert.ok(!isProblemCode(name), name);
});

test('says why, where it stands in the log and whom to contact', () => {
  const document = JSON.parse(
    problemBytes({
      code: 'role-not-agreed',
      detail: 'This role is not in the agreement.',
      exchange: '01910000-0000-7000-8000-000000000000',
      contact: 'parking.lead@northmere.example',
      agreement: { id: 'DSA-2026-014', version: 3 },
    }).toString(),
  );
  assert.deepEqual(document, {
    type: '/problems/role-not-agreed',
    title: 'This role is not agreed',
    status: 403,
    detail: 'This role is not in the agreement.',
    instance: 'urn:uuid:01910000-0000-7000-8000-000000000000',
    contact: 'parking.lead@northmere.example',
    agreement: 'DSA-2026-014; version=3',
  });
});
