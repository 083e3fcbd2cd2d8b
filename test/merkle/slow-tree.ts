/** The Merkle tree hash word for word as RFC 6962 section 2.1 defines it: slow, recursive, and sharing no code with src. */
import { createHash } from 'node:crypto';

const sha = (...parts: Uint8Array[]): Uint8Array =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

export function slowRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha();
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha(Buffer.of(0), only);
  const k = largestPowerBelow(leaves.length);
  return sha(Buffer.of(1), slowRoot(leaves.slice(0, k)), slowRoot(leaves.slice(k)));
}

/** PATH(m, D[n]) of section 2.1.1. */
export function slowPath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = largestPowerBelow(leaves.length);
  return m < k
    ? [...slowPath(m, leaves.slice(0, k)), slowRoot(leaves.slice(k))]
    : [...slowPath(m - k, leaves.slice(k)), slowRoot(leaves.slice(0, k))];
}

/** SUBPROOF(m, D[n], b) of section 2.1.2. */
export function slowSubproof(m: number, leaves: readonly Uint8Array[], b = true): Uint8Array[] {
  if (m === leaves.length) return b ? [] : [slowRoot(leaves)];
  const k = largestPowerBelow(leaves.length);
  return m <= k
    ? [...slowSubproof(m, leaves.slice(0, k), b), slowRoot(leaves.slice(k))]
    : [...slowSubproof(m - k, leaves.slice(k), false), slowRoot(leaves.slice(0, k))];
}

/** The root of one complete subtree, straight from the leaves. */
export function slowHashAt(leaves: readonly Uint8Array[]): (level: number, index: number) => Uint8Array {
  return (level, index) => slowRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
}

/** `count` different leaves. */
export function someLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => Buffer.from(`leaf ${n}`));
}

function largestPowerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
