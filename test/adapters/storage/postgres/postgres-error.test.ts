import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  beforeCommit,
  codeOf,
  isLost,
  isTakenOver,
  whyOf,
} from '../../../../src/adapters/storage/postgres/postgres-error.ts';
import { CleanRollback } from '../../../../src/audit-log/ports.ts';

function error(code: string, message = 'in the words of the server'): Error {
  return Object.assign(new Error(message), { code });
}

test('what may pass before COMMIT is a clean rollback: no room, a lock, a server that stops, a lost connection', () => {
  const passing = ['53100', '53300', '55P03', '40P01', '40001', '57P01', '57014', '25P03', '08006'];
  for (const code of passing) assert.ok(beforeCommit(error(code)) instanceof CleanRollback, code);
  for (const code of ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'])
    assert.ok(beforeCommit(error(code, 'read')) instanceof CleanRollback, code);
  for (const words of ['Connection terminated unexpectedly', 'Query read timeout', 'timeout expired'])
    assert.ok(beforeCommit(new Error(words)) instanceof CleanRollback, words);
});

test('a defect stays a defect: rights, broken rules, statements that the server does not know, anything else', () => {
  for (const code of ['42501', '23505', '42601', 'SG001', 'SG002', 'XX000', 'ENOSPC']) {
    const thrown = error(code);
    assert.equal(beforeCommit(thrown), thrown, code);
  }
  assert.equal(beforeCommit('no error at all'), 'no error at all');
  const own = new CleanRollback('changed meanwhile');
  assert.equal(beforeCommit(own), own);
});

test('the code of a server and of an operating system are told apart', () => {
  assert.equal(codeOf(error('53100')), '53100');
  assert.equal(codeOf(error('ECONNRESET')), undefined);
  assert.ok(isTakenOver(error('SG001')) && !isTakenOver(error('SG002')) && !isTakenOver(new Error('SG001')));
  assert.ok(!isLost(error('57P01', 'Connection terminated')) && isLost(error('ECONNRESET')));
});

test('an error without words is told by its code', () => {
  assert.equal(whyOf(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })), 'ECONNREFUSED');
  assert.equal(whyOf(new Error('password authentication failed')), 'password authentication failed');
  assert.equal(whyOf('anything'), 'it does not answer');
  assert.ok(isLost(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })));
});
