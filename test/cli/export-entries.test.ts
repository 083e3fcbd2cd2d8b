import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantText } from '../../src/cli/export-entries.ts';
import { InputError } from '../../src/cli/verify-verdict.ts';

test('a day is a day in London, summer time included: from its beginning, to its end', () => {
  assert.equal(instantText('2026-11-23', 'from'), '2026-11-23T00:00:00.000Z');
  assert.equal(instantText('2026-07-01', 'from'), '2026-06-30T23:00:00.000Z');
  assert.equal(instantText('2026-07-01', 'to'), '2026-07-01T23:00:00.000Z');
});

test('an instant stands with its zone; anything else is refused with an example', () => {
  assert.equal(instantText('2026-11-23T10:30+01:00', 'to'), '2026-11-23T09:30:00.000Z');
  for (const text of ['2026-11-23T09:00:00', 'yesterday', '2026-02-30', '', '23/11/2026'])
    assert.throws(() => instantText(text, 'from'), InputError, text);
});
