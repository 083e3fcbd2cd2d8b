/**
 * A compact range of [0, size): the roots of the complete subtrees from left to right, one for each 1 in the binary
 * spelling of `size`. It is all that a log needs to grow (RFC 6962 section 2.1; at most 53 hashes).
 */
import { emptyRoot, HASH_BYTES, nodeHash, nodeHashes } from './hash.ts';

/** Grows by one leaf hash or by many; one node hash per leaf on average. */
export class CompactRange {
  #size: number;
  readonly #roots: Uint8Array[];

  /**
   * @param size number of leaves.
   * @param roots of the complete subtrees, largest first. The array is copied, the hashes are not.
   * @throws {RangeError} where there are not as many roots as `size` has ones in binary.
   */
  constructor(size = 0, roots: readonly Uint8Array[] = []) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a tree size is a whole number from 0');
    if (roots.length !== ones(size))
      throw new RangeError('a compact range has one root for each 1 of its size');
    this.#size = size;
    this.#roots = [...roots];
  }

  get size(): number {
    return this.#size;
  }

  /** A copy of the roots, largest subtree first. */
  roots(): readonly Uint8Array[] {
    return this.#roots.slice();
  }

  /** Adds the next leaf by its hash, which must not be changed afterwards. */
  append(leafHash: Uint8Array): void {
    const roots = this.#roots;
    let root = leafHash;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = roots.pop();
      if (left !== undefined) root = nodeHash(left, root);
    }
    roots.push(root);
    this.#size += 1;
  }

  /**
   * Adds the next leaves by their hashes, which stand one behind the other: as many node hashes as `append` needs, but a
   * whole level of new nodes at once.
   */
  appendAll(leafHashes: Uint8Array): void {
    const left: Uint8Array[] = [];
    let nodes = leafHashes;
    for (let rest = this.#size; nodes.length > 0; rest = Math.floor(rest / 2)) {
      // Where the level has a node without a sibling already, it is the left sibling of the first new one.
      const sibling = rest % 2 === 1 ? this.#roots.pop() : undefined;
      if (sibling !== undefined) nodes = Buffer.concat([sibling, nodes]);
      const paired = nodes.length - (nodes.length % (2 * HASH_BYTES));
      if (paired < nodes.length) left.push(Buffer.from(nodes.subarray(paired)));
      nodes = nodeHashes(nodes.subarray(0, paired));
    }
    this.#roots.push(...left.reverse());
    this.#size += leafHashes.length / HASH_BYTES;
  }

  /** The root of the whole tree; for an empty one the hash of nothing. */
  root(): Uint8Array {
    return rootOfRange(this.#roots);
  }
}

/** The root over a compact range of [0, size), whatever its size. */
export function rootOfRange(roots: readonly Uint8Array[]): Uint8Array {
  return roots.length === 0 ? emptyRoot() : roots.reduceRight((right, left) => nodeHash(left, right));
}

function ones(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
