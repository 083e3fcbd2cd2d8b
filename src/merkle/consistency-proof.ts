/**
 * Consistency proofs (RFC 6962 section 2.1.2, verified as RFC 9162 section 2.1.4.2 says): the larger tree begins with
 * all leaves of the smaller one.
 *
 * Size 0: every tree begins with no leaves, so there is nothing to prove, and `verifyConsistency` accepts no proof of it.
 * A protocol that starts from size 0 (C2SP tlog-witness) has to let that first step pass before it comes here.
 */
import { nodeHash } from './hash.ts';
import { areHashes } from './inclusion-proof.ts';
import { type HashAt, splitPoint, subtreeRoot } from './subtree.ts';

export interface ConsistencyClaim {
  readonly smaller: { readonly size: number; readonly root: Uint8Array };
  readonly larger: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/**
 * The proof that the tree of `larger` leaves begins with the tree of `smaller` leaves; empty where they are equal.
 *
 * @throws {RangeError} unless 0 < smaller ≤ larger.
 */
export function proveConsistency(smaller: number, larger: number, hashAt: HashAt): Uint8Array[] {
  if (!areSizes(smaller, larger)) throw new RangeError('there is no such consistency proof');
  const fromTop: Uint8Array[] = [];
  let begin = 0;
  let end = larger;
  while (end !== smaller) {
    const middle = splitPoint(begin, end);
    if (smaller <= middle) {
      fromTop.push(subtreeRoot(middle, end, hashAt));
      end = middle;
    } else {
      fromTop.push(subtreeRoot(begin, middle, hashAt));
      begin = middle;
    }
  }
  // The verifier knows the smaller tree's root already, so it is left out where it is a whole subtree of the larger.
  if (begin > 0) fromTop.push(subtreeRoot(begin, end, hashAt));
  return fromTop.reverse();
}

/**
 * True where the claim is proved. Trees of equal size need equal roots and an empty proof; beyond that, a hash of another
 * length than 32 bytes proves nothing.
 */
export function verifyConsistency({ smaller, larger, proof }: ConsistencyClaim): boolean {
  if (!areSizes(smaller.size, larger.size)) return false;
  if (smaller.size === larger.size) return proof.length === 0 && same(smaller.root, larger.root);
  if (!areHashes([smaller.root, larger.root]) || !areHashes(proof)) return false;
  let at = smaller.size - 1;
  let last = larger.size - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  const [start, ...rest] = at === 0 ? [smaller.root, ...proof] : proof;
  if (start === undefined) return false;
  const roots = climb(start, rest, at, last);
  return roots !== undefined && same(roots.smaller, smaller.root) && same(roots.larger, larger.root);
}

/** Both roots that the proof gives, or undefined where it is too long or too short. */
function climb(
  start: Uint8Array,
  proof: readonly Uint8Array[],
  from: number,
  to: number,
): { smaller: Uint8Array; larger: Uint8Array } | undefined {
  let at = from;
  let last = to;
  let smaller = start;
  let larger = start;
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      smaller = nodeHash(hash, smaller);
      larger = nodeHash(hash, larger);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      larger = nodeHash(larger, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? { smaller, larger } : undefined;
}

function areSizes(smaller: number, larger: number): boolean {
  return Number.isSafeInteger(smaller) && Number.isSafeInteger(larger) && smaller > 0 && smaller <= larger;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
