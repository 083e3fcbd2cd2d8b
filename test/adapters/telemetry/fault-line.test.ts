import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faultInWords, faultLine } from '../../../src/adapters/telemetry/fault-line.ts';

const AT = new Date('2026-11-23T16:00:00.123Z');

test('says of which class an error is and where it was thrown', () => {
  const said = JSON.parse(faultLine(new TypeError('QQ123456C is no number'), AT));
  assert.deepEqual([said.at, said.level, said.why], ['2026-11-23T16:00:00.123Z', 'error', 'TypeError']);
  assert.match(said.where[0], /fault-line\.test\.ts:\d+:\d+/);
});

test('no word of an error stands in its line, whatever it holds and however often it is changed', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (words, isChanged) => {
      const mark = `canary${words}\n    at canary (file:///canary.ts:1:1)\n`;
      const error = Object.assign(new Error(mark, { cause: new Error(mark) }), { detail: mark });
      if (isChanged) error.message = 'other';
      assert.ok(!faultLine(error, AT).includes('canary'));
    }),
  );
});

test('what is no error at all is said to be none', () => {
  for (const thrown of ['canary', undefined, null, { message: 'canary' }])
    assert.equal(faultInWords(thrown), 'something was thrown that is no error');
  assert.equal(faultInWords(Object.assign(new Error('canary'), { code: 'ECONNRESET' })), 'Error ECONNRESET');
});
