import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as locals from '../../src/disclosure/scan-locals.ts';
import { VALUE_FUNCTIONS } from '../../src/disclosure/scan-values.ts';

test('the local variables are numbered from the parameters on, without a gap, and all declared', () => {
  const numbers = Object.values(locals).filter((it) => typeof it === 'number');
  const [scan] = VALUE_FUNCTIONS;
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    numbers.map((_, index) => index).toSorted((a, b) => a - b),
  );
  assert.equal(numbers.length, (scan?.parameters ?? 0) + (scan?.locals ?? 0));
});
