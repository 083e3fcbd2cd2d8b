/** What an entry says of a fact without saying it: a salted SHA-256 over kind, key and value (docs/formats/leaf.md, `facts`). */
import { sha256 } from '../../encoding/sha256.ts';
import type { CommittedFact } from '../ports.ts';

/** The fact that holds how many facts stand and their sum, so that a change need not read them all. */
export const SUM_OF_FACTS = { kind: 'sum of facts', key: 'of this log' } as const;

/** The files of policy sets: each is named by its hash, and so is each set of them. */
export const HASHED_KINDS: readonly string[] = ['policy file', 'policy set'];

/**
 * Facts that no entry commits to: those that are named by their own hash, and those that follow from the entries or from the
 * other facts.
 */
export const UNCOMMITTED_KINDS: readonly string[] = [...HASHED_KINDS, 'open exchanges', SUM_OF_FACTS.kind];

/** True where entries name each change of a fact of this kind. */
export function isCommitted(kind: string): boolean {
  return !UNCOMMITTED_KINDS.includes(kind);
}

/** The 32 bytes that stand for the fact: SHA-256(salt ‖ kind ‖ 0x00 ‖ key ‖ 0x00 ‖ value). */
export function factCommitment({ kind, key, value, salt }: CommittedFact): Buffer {
  // Neither holds a zero byte, so no two facts read the same.
  if (kind.includes('\0') || key.includes('\0'))
    throw new RangeError('neither kind nor key of a fact may hold a zero byte');
  return sha256(Buffer.concat([salt, Buffer.from(`${kind}\0${key}\0`), value]));
}

/** One text for the kind and key of a fact, to find it by. */
export function factName({ kind, key }: { readonly kind: string; readonly key: string }): string {
  return `${kind}\0${key}`;
}
