import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkForks, checkKept } from '../../../src/audit-log/witnessing/witness-kept.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const tree = new SignedTree('log.example').grow(20);

function reader(of: SignedTree, size: number) {
  const range = new CompactRange();
  for (let index = 0; index < size; index += 1) range.append(of.hashAt(0, index));
  return { state: () => ({ size, range: range.roots(), seq: 1, newestAtMs: 1 }), hashAt: of.hashAt };
}
const refusedWith = (message: RegExp) => (error: unknown) =>
  error instanceof GatewayError && error.code === 'log-unavailable' && message.test(error.message);

test('a store that goes on from what was countersigned is opened', async () => {
  for (const size of [12, 13, 20]) await checkKept(tree.checkpoint(12), tree.key, reader(tree, size));
  await checkKept(tree.checkpoint(0), tree.key, reader(tree, 0));
});

test('a store that was taken back is refused, with both sizes', async () => {
  await assert.rejects(
    checkKept(tree.checkpoint(12), tree.key, reader(tree, 11)),
    refusedWith(/countersigned 12 .*holds 11/),
  );
});

test('a store that was written anew is refused, though it is longer', async () => {
  const other = tree.forkAt(11).grow(20, 'other');
  await assert.rejects(
    checkKept(tree.checkpoint(12), tree.key, reader(other, 20)),
    refusedWith(/written anew/),
  );
  await assert.rejects(
    checkKept(tree.checkpoint(12), tree.key, reader(other, 12)),
    refusedWith(/written anew/),
  );
});

test('the file of another log, or one that was changed, is refused', async () => {
  const changed = tree.checkpoint(12).replace('\n12\n', '\n11\n');
  for (const note of [changed, new SignedTree('log.example').grow(12).checkpoint(), 'nonsense', ''])
    await assert.rejects(
      checkKept(note, tree.key, reader(tree, 20)),
      refusedWith(/another log or was changed/),
    );
});

test('a fork that a witness found keeps the log closed as long as that witness counts', async () => {
  const facts = new Map([['log.example key of w1', Buffer.from('{}')]]);
  const log = {
    fact: (kind: string, key: string) => (kind === 'fork suspected' ? facts.get(key) : undefined),
  };
  const [w1, w2] = [1, 2].map((n) => ({ name: `w${n}`, verifierKey: `key of w${n}` }));
  await assert.rejects(
    checkForks([w2!, w1!], 'log.example', log),
    refusedWith(/the witness w1 cosigned another history/),
  );
  await checkForks([w2!], 'log.example', log);
  await checkForks([w1!], 'log.example/after', log);
});
