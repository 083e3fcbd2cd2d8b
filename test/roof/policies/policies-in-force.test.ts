import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PolicyMistakes } from '../../../src/domain/policy-mistakes.ts';
import { policySet } from '../../../src/domain/policy-set.ts';
import { type Loaded, PoliciesInForce } from '../../../src/roof/policies/policies-in-force.ts';

const set = (sha256: string): Loaded => ({ policies: policySet([], [], [], sha256), files: [] });

function source(
  load: () => Promise<ReturnType<typeof set>>,
  onNew: () => Promise<unknown> = async () => undefined,
) {
  const told: string[] = [];
  const policies = new PoliciesInForce({
    load,
    onNew,
    onMistakes: (mistakes) => told.push(...mistakes.map(({ what }) => what)),
  });
  return { policies, told };
}

test('has no set until one could be read', async () => {
  const { policies } = source(async () => set('a'));
  assert.equal(policies.current(), undefined);
  assert.equal(await policies.reload(), true);
  assert.equal(policies.current()?.sha256, 'a');
});

test('keeps the last good set when the files cannot be understood, and tells the mistakes', async () => {
  let next: () => Promise<ReturnType<typeof set>> = async () => set('a');
  const { policies, told } = source(() => next());
  await policies.reload();
  next = () =>
    Promise.reject(new PolicyMistakes([{ file: 'x', line: 1, column: 1, what: 'wrong', write: 'right' }]));
  assert.equal(await policies.reload(), false);
  assert.equal(policies.current()?.sha256, 'a');
  next = () => Promise.reject(new Error('EIO'));
  assert.equal(await policies.reload(), false);
  assert.deepEqual(told, ['wrong', 'the policy files cannot be read']);
});

test('takes up no set whose entry cannot be written', async () => {
  const { policies } = source(
    async () => set('a'),
    () => Promise.reject(new Error('the log cannot write')),
  );
  assert.equal(await policies.reload(), false);
  assert.equal(policies.current(), undefined);
});

test('writes no entry for a set that is in force already', async () => {
  let entries = 0;
  const { policies } = source(
    async () => set('a'),
    async () => {
      entries += 1;
    },
  );
  await policies.reload();
  await policies.reload();
  assert.equal(entries, 1);
});

test('a stop counts at once, for the sets that follow too, and changes the version', async () => {
  const loaded = [set('a'), set('b')];
  const { policies } = source(async () => loaded.shift() ?? assert.fail());
  const stop = { order: 'end', agreement: 'DSA-2026-014', by: 'northmere', reason: 'x', atMs: 0 } as const;
  const versions = [policies.version];
  await policies.reload();
  versions.push(policies.version);
  policies.stopBy([stop]);
  versions.push(policies.version);
  assert.deepEqual(policies.current()?.stops.get('DSA-2026-014'), [stop]);
  await policies.reload();
  versions.push(policies.version);
  assert.equal(policies.current()?.sha256, 'b');
  assert.deepEqual(policies.current()?.stops.get('DSA-2026-014'), [stop]);
  policies.stopBy([]);
  versions.push(policies.version);
  assert.equal(policies.current()?.stops.size, 0);
  assert.equal(new Set(versions).size, 5);
});

test('a set to fall back on never replaces one that could be read', async () => {
  const { policies } = source(async () => set('a'));
  const reading = policies.reload();
  await policies.fallBackOn(set('kept'));
  assert.equal(await reading, true);
  assert.equal(policies.current()?.sha256, 'a');
  const broken = source(() => Promise.reject(new PolicyMistakes([])));
  await broken.policies.reload();
  await broken.policies.fallBackOn(set('kept'));
  assert.equal(broken.policies.current()?.sha256, 'kept');
});

test('a reading that was asked for earlier and ends later never puts an older set back', async () => {
  const first = Promise.withResolvers<ReturnType<typeof set>>();
  const readings = [first.promise, Promise.resolve(set('new'))];
  const { policies } = source(() => readings.shift() ?? assert.fail());
  const earlier = policies.reload();
  await nextTurn();
  const later = [policies.reload(), policies.reload()];
  await nextTurn();
  first.resolve(set('old'));
  assert.deepEqual(await Promise.all([earlier, ...later]), [true, true, true]);
  assert.equal(policies.current()?.sha256, 'new');
});
