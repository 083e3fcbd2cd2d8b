import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileEnvelope } from '../../src/disclosure/envelope.ts';
import { rulesOf } from './filtering.ts';

test('the names around the records are compiled with their bytes, in their order', () => {
  const envelope = compileEnvelope(
    rulesOf({
      answer: 'many records',
      recordPath: ['a', 'é'],
      wrapper: { total: 'total', page: 'page number' },
    }),
  );
  assert.equal(envelope.many, true);
  assert.deepEqual(
    envelope.way.map(({ name, quoted }) => [name, Buffer.from(quoted).toString()]),
    [
      ['a', '"a"'],
      ['é', '"é"'],
    ],
  );
  assert.deepEqual(
    envelope.wrapper.map(({ name, kind }) => [name, kind]),
    [
      ['total', 'total'],
      ['page', 'page number'],
    ],
  );
});
