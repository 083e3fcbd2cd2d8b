import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { VerifiedTree } from '../../../src/audit-log/verifying/verify-tree.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { slowRoot, someLeaves } from '../../merkle/slow-tree.ts';

test('roots of the tree in tiles are those of the tree without, at every size up to 600 and past two levels', () => {
  const tree = new VerifiedTree(() => undefined, new Findings());
  const range = new CompactRange();
  for (let size = 0; size <= 66_000; size += 1) {
    if (size <= 600 || size > 65_530) {
      assert.deepEqual(
        tree.roots().map((hash) => Buffer.from(hash)),
        range.roots().map((hash) => Buffer.from(hash)),
      );
    }
    const hash = leafHash(Buffer.from(`leaf ${size}`));
    tree.append(hash);
    range.append(hash);
  }
  assert.deepEqual(Buffer.from(tree.root()), Buffer.from(range.root()));
  assert.equal(tree.size, 66_001);
});

test('the root is that of the definition', () => {
  const leaves = someLeaves(300);
  const tree = new VerifiedTree(() => undefined, new Findings());
  for (const leaf of leaves) tree.append(leafHash(leaf));
  assert.deepEqual(Buffer.from(tree.root()), Buffer.from(slowRoot(leaves)));
});

test('a stored tile that differs in one hash is named by the entry, one that is missing by its number', async () => {
  const leaves = someLeaves(512).map((leaf) => leafHash(leaf));
  const changed = Buffer.concat(leaves.slice(256));
  changed.fill(0, 32 * 7, 32 * 8);
  const findings = new Findings();
  const tree = new VerifiedTree((level, tile) => (level === 0 && tile === 1 ? changed : undefined), findings);
  for (const leaf of leaves) tree.append(leaf);
  await tree.finish();
  assert.deepEqual(findings.sentences(), [
    'hash tile 0 of level 0 is missing',
    'entry 263 does not agree with hash tile 1 of level 0: one of them was changed',
    'hash tile 0 of level 1 is missing',
  ]);
});
