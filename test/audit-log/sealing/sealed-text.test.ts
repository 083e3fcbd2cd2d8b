import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Salts } from '../../../src/audit-log/sealing/salts.ts';
import { boundTo, openSealedText, TextSealer } from '../../../src/audit-log/sealing/sealed-text.ts';

const key = { id: '2026h2', bytes: randomBytes(32) };
const sealer = new TextSealer(key, new Salts());
const bound = boundTo('0198c1f0-0000-7000-8000-000000000001', 'sent', undefined);

function seal(words: object): Buffer {
  const target = Buffer.alloc(2048);
  const length = sealer.seal(JSON.stringify(words), bound, target, 5);
  return target.subarray(5, 5 + length);
}

test('a sealed text opens to its words with the same key and the same bond', () => {
  const words = { person: 'officer-0417', case: 'Ŵyr/7' };
  assert.deepEqual(openSealedText(key, seal(words), bound), words);
});

test('a sealed text opens with no other key and beside no other entry', () => {
  const sealed = seal({ person: 'officer-0417' });
  assert.throws(() => openSealedText({ id: '2026h2', bytes: randomBytes(32) }, sealed, bound));
  assert.throws(() =>
    openSealedText(key, sealed, boundTo('0198c1f0-0000-7000-8000-000000000002', 'sent', 0)),
  );
  assert.throws(() =>
    openSealedText(key, sealed, boundTo('0198c1f0-0000-7000-8000-000000000001', 'failed', 0)),
  );
});

test('a sealed text with any bit changed does not open', () => {
  const sealed = seal({ person: 'officer-0417' });
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => openSealedText(key, changed, bound), `byte ${at}`);
  }
});

test('the same words never give the same bytes', () => {
  assert.notDeepEqual(seal({ person: 'officer-0417' }), seal({ person: 'officer-0417' }));
});
