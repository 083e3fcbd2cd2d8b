/** Roots of ranges of leaves, put together from roots of complete subtrees (RFC 6962 section 2.1). */
import { rootOfRange } from './compact-range.ts';

/** The root of the complete subtree of 2^level leaves whose first leaf is index · 2^level. */
export type HashAt = (level: number, index: number) => Uint8Array;

/** Where RFC 6962 splits [begin, end): after the largest power of two that is smaller than the length. */
export function splitPoint(begin: number, end: number): number {
  let width = 1;
  while (width * 2 < end - begin) width *= 2;
  return begin + width;
}

/** The root over the leaves [begin, end), where `begin` is one that RFC 6962 splits to; at most 2 · log₂ n calls. */
export function subtreeRoot(begin: number, end: number, hashAt: HashAt): Uint8Array {
  const roots: Uint8Array[] = [];
  for (let at = begin; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    roots.push(hashAt(level, at / width));
    at += width;
  }
  return rootOfRange(roots);
}
