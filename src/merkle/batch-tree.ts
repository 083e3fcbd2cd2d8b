/** A small tree held whole in memory (RFC 6962 section 2.1): the tree of one commit batch, for receipts, or of one hash tile. */
import { emptyRoot, HASH_BYTES, nodeHashes } from './hash.ts';

/**
 * The hashes of a whole tree one behind the other, level after level: the leaf hashes, the level above them, and so on to the
 * root, which is the last. A last node without a sibling moves up as it is. n leaves cost n - 1 node hashes.
 *
 * @param leafHashes 32 bytes for each leaf, one behind the other. None: the empty root.
 */
export function treeHashes(leafHashes: Uint8Array): Buffer {
  if (leafHashes.length === 0) return emptyRoot();
  const levels: Uint8Array[] = [leafHashes];
  let below = leafHashes;
  while (below.length > HASH_BYTES) {
    below = levelAbove(below);
    levels.push(below);
  }
  return Buffer.concat(levels);
}

/** The root of a tree that `treeHashes` made. */
export function rootOfTree(tree: Buffer): Buffer {
  return tree.subarray(-HASH_BYTES);
}

function levelAbove(below: Uint8Array): Uint8Array {
  const paired = below.length - (below.length % (2 * HASH_BYTES));
  const nodes = nodeHashes(below.subarray(0, paired));
  return paired === below.length ? nodes : Buffer.concat([nodes, below.subarray(paired)]);
}
