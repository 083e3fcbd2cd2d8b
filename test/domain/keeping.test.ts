import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgreementWords } from '../../src/domain/agreement-words.ts';
import { keepingOf } from '../../src/domain/keeping.ts';
import { AGREEMENT_WORDS } from '../support/sample-words.ts';

const OTHERWISE = { months: 72 };

function agreement(id: string, kept?: string) {
  const care = AGREEMENT_WORDS['looking after it'];
  const after = kept === undefined ? care : { ...care, 'keep entries for': kept };
  return { id, words: { ...AGREEMENT_WORDS, 'looking after it': after } satisfies AgreementWords };
}

test('an agreement says how long its entries are kept; where it says nothing, and where there is none, the setting counts', () => {
  const keeping = keepingOf([agreement('A', '8 years'), agreement('B')], OTHERWISE);
  assert.deepEqual(
    ['A', 'B', 'unknown', undefined].map((id) => keeping.of(id).months),
    [96, 72, 72, 72],
  );
  assert.equal(keeping.least.months, 72);
});

test('a new version never shortens what an older one promised, in whatever order they are read', () => {
  for (const versions of [
    [agreement('A', '8 years'), agreement('A', '6 months')],
    [agreement('A', '6 months'), agreement('A', '8 years')],
  ])
    assert.equal(keepingOf(versions, OTHERWISE).of('A').months, 96);
  const keeping = keepingOf([agreement('A', '6 months'), agreement('A')], OTHERWISE);
  assert.deepEqual([keeping.of('A').months, keeping.least.months], [72, 72]);
});

test('the shortest of all is known, so that nobody looks for due entries among young ones', () => {
  const keeping = keepingOf([agreement('A', '6 months'), agreement('B', '8 years')], OTHERWISE);
  assert.deepEqual([keeping.of('A').months, keeping.least.months], [6, 6]);
  assert.equal(keepingOf([], OTHERWISE).least.months, 72);
});
