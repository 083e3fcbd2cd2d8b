import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { filtered } from './filtering.ts';

test('what is not filterable says why, and not a word of the answer', () => {
  const secret = 'QQ123456C';
  for (const answer of [
    `{"a":"${secret}`,
    `{"a":{"${secret}":1}}`,
    `{"a":"${secret}\\ud800"}`,
    `{"a":1,"a":"${secret}"}`,
    `${secret}`,
    `{"a":1}${secret}`,
    `{"\\ud800${secret}":1}`,
  ]) {
    assert.throws(
      () => filtered({ agreed: ['a'] }, answer),
      (error) => {
        assert.ok(error instanceof NotFilterable);
        assert.equal(error.name, 'NotFilterable');
        assert.match(error.message, /^[a-zA-Z][^\n.]+[^.\n]$/);
        assert.ok(!String(error.stack).includes(secret));
        assert.equal(error.cause, undefined);
        return true;
      },
    );
  }
});
