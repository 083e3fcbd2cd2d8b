import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checked, InputError, tell } from '../../src/cli/verify-verdict.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { NoteError } from '../../src/merkle/signed-note.ts';
import { Written } from '../support/written.ts';

test('what holds is said first, then what it shows and what it does not; the exit code is 0', () => {
  const io = new Written();
  assert.equal(tell(io, { holds: 'It holds.', wrong: [], shown: ['a.'], notShown: ['b.'] }), 0);
  assert.equal(io.stdout, 'It holds.\n\nWhat this shows:\n  - a.\n\nWhat this does not show:\n  - b.\n');
});

test('where anything is wrong nothing is said to be shown, and the exit code is 1', () => {
  const io = new Written();
  assert.equal(tell(io, { holds: 'It holds.', wrong: ['c', 'd'], shown: ['a.'], notShown: [] }), 1);
  assert.equal(io.stdout, 'IT DOES NOT HOLD. This is wrong:\n  - c\n  - d\n');
});

test('what stops a check is told on standard error; a defect is thrown', async () => {
  for (const error of [
    new InputError('why'),
    new NoteError('why'),
    new GatewayError('log-unavailable', 'why'),
  ]) {
    const io = new Written();
    assert.equal(await checked(io, () => Promise.reject(error)), 1);
    assert.deepEqual([io.stdout, io.stderr], ['', 'this could not be verified: why\n']);
  }
  await assert.rejects(
    checked(new Written(), () => Promise.reject(new TypeError('a defect'))),
    TypeError,
  );
});
