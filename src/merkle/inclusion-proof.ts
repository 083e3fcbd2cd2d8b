/**
 * Inclusion proofs (RFC 6962 section 2.1.1, verified as RFC 9162 section 2.1.3.2 says): a leaf stands at an index of
 * the tree that has this size and root. A tree of size 0 has no leaf, so nothing is ever included in it.
 */
import { HASH_BYTES, nodeHash } from './hash.ts';
import { type HashAt, splitPoint, subtreeRoot } from './subtree.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  /** Nearest sibling first. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * The proof that leaf `index` stands in the tree of the first `size` leaves, nearest sibling first.
 *
 * @throws {RangeError} where that tree has no such leaf.
 */
export function proveInclusion(index: number, size: number, hashAt: HashAt): Uint8Array[] {
  if (!isIndexOf(index, size)) throw new RangeError('the tree has no such leaf');
  const fromTop: Uint8Array[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = splitPoint(begin, end);
    if (index < middle) {
      fromTop.push(subtreeRoot(middle, end, hashAt));
      end = middle;
    } else {
      fromTop.push(subtreeRoot(begin, middle, hashAt));
      begin = middle;
    }
  }
  return fromTop.reverse();
}

/** True where the claim is proved. Hashes of another length than 32 bytes prove nothing. */
export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionClaim): boolean {
  if (!isIndexOf(index, size)) return false;
  if (!areHashes([leafHash, root]) || !areHashes(proof)) return false;
  let at = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // A last node without a sibling has moved up unhashed: go up to the level where it was a right child.
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && Buffer.compare(hash, root) === 0;
}

/** True where each is 32 bytes long. */
export function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}

function isIndexOf(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}
