/** A small tree held whole in memory (RFC 6962 section 2.1): the tree of one commit batch, for receipts. */
import { emptyRoot, nodeHash } from './hash.ts';

/** Level 0 is the leaf hashes; a last node without a sibling moves up as it is; the last level is the root. */
export type MerkleLevels = readonly (readonly Uint8Array[])[];

/** The levels over these leaf hashes, from the leaves to the root; n - 1 node hashes. No leaves: the empty root. */
export function merkleLevels(leafHashes: readonly Uint8Array[]): MerkleLevels {
  if (leafHashes.length === 0) return [[emptyRoot()]];
  const levels: (readonly Uint8Array[])[] = [leafHashes];
  let below = leafHashes;
  while (below.length > 1) {
    below = levelAbove(below);
    levels.push(below);
  }
  return levels;
}

/** The root of the tree. */
export function merkleRoot(levels: MerkleLevels): Uint8Array {
  return levels.at(-1)?.[0] ?? emptyRoot();
}

/**
 * The inclusion proof of leaf `index` (RFC 6962 section 2.1.1), nearest sibling first. `verifyInclusion` reads it.
 *
 * @throws {RangeError} where the tree has no such leaf.
 */
export function inclusionPath(levels: MerkleLevels, index: number): Uint8Array[] {
  if (!(index >= 0 && index < (levels[0]?.length ?? 0))) throw new RangeError('the tree has no such leaf');
  const path: Uint8Array[] = [];
  let at = index;
  for (const level of levels) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
}

function levelAbove(below: readonly Uint8Array[]): Uint8Array[] {
  const level: Uint8Array[] = [];
  for (let at = 0; at < below.length; at += 2) {
    const left = below[at];
    const right = below[at + 1];
    if (left !== undefined) level.push(right === undefined ? left : nodeHash(left, right));
  }
  return level;
}
