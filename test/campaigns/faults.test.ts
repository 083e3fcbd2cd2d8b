import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultTable, tryKernelFaults, tryStoreFaults } from './faults.ts';
import { canInject } from './kernel-faults.ts';

const quiet = (): void => undefined;

test('whatever fails in the store or the head file, what was acknowledged is there and the log verifies', async (context) => {
  const tried = await tryStoreFaults(20, quiet);
  context.diagnostic(faultTable(tried));
  assert.deepEqual(
    tried.flatMap(({ violations }) => violations),
    [],
  );
  assert.ok(tried.some(({ ended }) => ended === 'poisoned') && tried.some(({ ended }) => ended === 'served'));
});

test('whatever call the kernel fails or kills, what was acknowledged is there and the log verifies', {
  skip: canInject() ? false : 'strace cannot run here',
}, async (context) => {
  const tried = await tryKernelFaults(8, quiet);
  context.diagnostic(faultTable(tried));
  assert.deepEqual(
    tried.flatMap(({ violations }) => violations),
    [],
  );
  assert.ok(tried.some(({ ended }) => ended === 'poisoned') && tried.some(({ ended }) => ended === 'killed'));
});
