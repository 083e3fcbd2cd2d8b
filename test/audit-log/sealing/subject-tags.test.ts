import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';

test('a tag is HMAC-SHA-256 over namespace, zero byte and identifier, the first time and every time', () => {
  const key = randomBytes(32);
  const tags = new SubjectTags(key);
  const texts = fc.string({ unit: 'grapheme', maxLength: 700 });
  fc.assert(
    fc.property(texts, texts, (namespace, id) => {
      const expected = createHmac('sha256', key).update(`${namespace}\0${id}`).digest();
      assert.deepEqual(tags.of(namespace, id), expected);
      assert.deepEqual(tags.of(namespace, id), expected);
    }),
  );
});

test('more tags than are remembered are still right', () => {
  const key = randomBytes(32);
  const tags = new SubjectTags(key);
  for (let nth = 0; nth < 5000; nth += 1) tags.of('NHS number', `${nth}`);
  assert.deepEqual(tags.of('NHS number', '0'), createHmac('sha256', key).update('NHS number\x000').digest());
});

test('a key of another length is refused', () => {
  for (const length of [0, 16, 31, 33, 64])
    assert.throws(() => new SubjectTags(randomBytes(length)), RangeError);
});
